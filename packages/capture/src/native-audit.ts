// Audit entries as the API server writes them.
import { type AuditItem, type EntityRef, known } from '@winnow/contracts';
import { nativeKube } from './native-kubernetes.ts';

/** An `audit.k8s.io/v1` Event that tells what is known of it. */
export function nativeAudit(item: AuditItem): Readonly<Record<string, unknown>> {
  const { target, object, code, message, reason } = item;
  const subject = known({
    resource: item.resource,
    namespace: target?.namespace,
    name: target?.name,
    apiGroup: item.apiGroup,
    apiVersion: item.apiVersion,
    subresource: item.subresource,
  });
  const answer = known({ code, message, reason });
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    auditID: item.auditID,
    stage: item.stage,
    verb: item.verb,
    user: known({ username: item.user || undefined, groups: item.groups }),
    ...known({
      impersonatedUser: item.impersonated === undefined ? undefined : { username: item.impersonated },
      userAgent: item.userAgent,
      sourceIPs: item.sourceIPs,
      stageTimestamp: item.at,
    }),
    ...(Object.keys(subject).length > 0 && { objectRef: subject }),
    ...(Object.keys(answer).length > 0 && { responseStatus: answer }),
    ...(item.maker && { requestObject: madeBy(item.maker) }),
    ...(object && { responseObject: nativeKube(object) }),
  };
}

/** What of a request tells whose controller made it. */
function madeBy({ kind, namespace, name }: EntityRef): Readonly<Record<string, unknown>> {
  return { metadata: { ...known({ namespace }), ownerReferences: [{ kind, name, controller: true }] } };
}
