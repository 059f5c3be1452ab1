// What the members of an incident name that other clusters may share.
import { type FleetCause, type Incident, livingSignals, type Signal } from '@winnow/contracts';
import {
  imageName,
  isOutside,
  publicResolver,
  registryOfImage,
  unreachableHosts,
  untrustedAuthority,
} from './names.ts';

/** Members that are looked at. */
const LOOKED = 100;

export function causesOfIncident(incident: Incident): readonly FleetCause[] {
  return livingSignals(incident)
    .slice(0, LOOKED)
    .flatMap((signal) => [...ofImage(signal), ...ofHosts(signal), ...ofTrust(signal)]);
}

const registryFails =
  /no such host|dial tcp|i\/o timeout|timed? ?out|connection refused|toomanyrequests|too many requests|\b429\b|x509|tls:|server misbehaving|status.*: 5\d\d|service unavailable|\bEOF\b|network is unreachable/i;
const imageIsWrong =
  /not found|manifest unknown|no such manifest|does not exist|pull access denied|unauthorized|denied|InvalidImageName|couldn't parse image/i;

function ofImage({ symptom, reason, attributes, messages, entity }: Signal): FleetCause[] {
  const image = attributes.image === undefined ? undefined : imageName(attributes.image);
  if (!image) return [];
  const where = `${entity.kind} ${entity.name}`;
  if (symptom !== 'image-pull')
    return [{ kind: 'image', key: image, weight: 0.35, why: `${where} runs it and shows ${symptom}` }];
  const text = [reason, ...messages].join('\n');
  const [ofImageItself, ofRegistry] = registryFails.test(text)
    ? [0.3, 0.8]
    : imageIsWrong.test(text)
      ? [0.9, 0.15]
      : [0.65, 0.4];
  return [
    { kind: 'image', key: image, weight: ofImageItself, why: `${where} cannot pull it` },
    { kind: 'registry', key: registryOfImage(image), weight: ofRegistry, why: `${where} cannot pull from it` },
  ];
}

function ofHosts({ symptom, entity, messages }: Signal): FleetCause[] {
  // What cannot be pulled from is the registry.
  if (symptom === 'image-pull') return [];
  const who = `${entity.kind} ${entity.name}`;
  const kind = symptom === 'control-plane' ? 'control-plane' : 'host';
  const named = messages.flatMap(unreachableHosts);
  const own: FleetCause[] =
    entity.kind === 'Host' && isOutside(entity.name)
      ? [{ kind: 'host', key: entity.name.toLowerCase(), weight: 0.7, why: `it shows ${symptom}` }]
      : [];
  return [
    ...own,
    ...named.map((host): FleetCause => ({ kind, key: host, weight: 0.65, why: `${who} cannot reach it` })),
  ];
}

function ofTrust({ messages, entity }: Signal): FleetCause[] {
  const who = `${entity.kind} ${entity.name}`;
  return messages.flatMap((message): FleetCause[] => {
    const authority = /x509|certificate/i.test(message) ? untrustedAuthority(message) : undefined;
    const resolver = publicResolver(message);
    return [
      ...(authority
        ? [{ kind: 'certificate-authority', key: authority, weight: 0.5, why: `${who} does not trust it` } as const]
        : []),
      ...(resolver ? [{ kind: 'dns', key: resolver, weight: 0.5, why: `${who} asked it in vain` } as const] : []),
    ];
  });
}
