// What owns pods.
import { z } from 'zod';
import { conditions, flag, head, labelSelector, list, num, opt, text } from './fields.ts';
import { podTemplate } from './pods.ts';

export const workloadSchemas = {
  Deployment: z.object({
    ...head('Deployment'),
    spec: opt(
      z.object({
        replicas: num,
        paused: flag,
        progressDeadlineSeconds: num,
        selector: labelSelector,
        template: podTemplate,
        strategy: opt(z.object({ type: text })),
      }),
    ),
    status: opt(
      z.object({
        observedGeneration: num,
        replicas: num,
        updatedReplicas: num,
        readyReplicas: num,
        availableReplicas: num,
        unavailableReplicas: num,
        conditions,
      }),
    ),
  }),
  ReplicaSet: z.object({
    ...head('ReplicaSet'),
    spec: opt(z.object({ replicas: num, selector: labelSelector, template: podTemplate })),
    status: opt(
      z.object({ observedGeneration: num, replicas: num, readyReplicas: num, availableReplicas: num, conditions }),
    ),
  }),
  StatefulSet: z.object({
    ...head('StatefulSet'),
    spec: opt(
      z.object({
        replicas: num,
        serviceName: text,
        selector: labelSelector,
        template: podTemplate,
        volumeClaimTemplates: list(
          z.object({ metadata: opt(z.object({ name: text })), spec: opt(z.object({ storageClassName: text })) }),
        ),
      }),
    ),
    status: opt(
      z.object({
        observedGeneration: num,
        replicas: num,
        readyReplicas: num,
        availableReplicas: num,
        currentReplicas: num,
        updatedReplicas: num,
        currentRevision: text,
        updateRevision: text,
        conditions,
      }),
    ),
  }),
  DaemonSet: z.object({
    ...head('DaemonSet'),
    spec: opt(z.object({ selector: labelSelector, template: podTemplate })),
    status: opt(
      z.object({
        observedGeneration: num,
        desiredNumberScheduled: num,
        currentNumberScheduled: num,
        numberReady: num,
        numberAvailable: num,
        numberUnavailable: num,
        numberMisscheduled: num,
        updatedNumberScheduled: num,
        conditions,
      }),
    ),
  }),
  Job: z.object({
    ...head('Job'),
    spec: opt(
      z.object({
        parallelism: num,
        completions: num,
        backoffLimit: num,
        activeDeadlineSeconds: num,
        suspend: flag,
        template: podTemplate,
      }),
    ),
    status: opt(
      z.object({ active: num, succeeded: num, failed: num, startTime: text, completionTime: text, conditions }),
    ),
  }),
  CronJob: z.object({
    ...head('CronJob'),
    spec: opt(
      z.object({
        schedule: text,
        suspend: flag,
        jobTemplate: opt(z.object({ spec: opt(z.object({ backoffLimit: num, template: podTemplate })) })),
      }),
    ),
    status: opt(z.object({ lastScheduleTime: text, lastSuccessfulTime: text, active: list(z.object({ name: text })) })),
  }),
};
