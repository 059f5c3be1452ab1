// Claims, volumes and their classes.
import { z } from 'zod';
import { conditions, head, labelSelector, list, opt, quantities, text } from './fields.ts';

export const storageSchemas = {
  PersistentVolumeClaim: z.object({
    ...head('PersistentVolumeClaim'),
    spec: opt(
      z.object({
        accessModes: list(z.string()),
        storageClassName: text,
        volumeName: text,
        volumeMode: text,
        selector: labelSelector,
        resources: opt(z.object({ requests: quantities })),
      }),
    ),
    status: opt(z.object({ phase: text, capacity: quantities, accessModes: list(z.string()), conditions })),
  }),
  PersistentVolume: z.object({
    ...head('PersistentVolume'),
    spec: opt(
      z.object({
        capacity: quantities,
        accessModes: list(z.string()),
        storageClassName: text,
        persistentVolumeReclaimPolicy: text,
        volumeMode: text,
        claimRef: opt(z.object({ namespace: text, name: text, uid: text })),
        csi: opt(z.object({ driver: text })),
        hostPath: opt(z.object({ path: text })),
        nfs: opt(z.object({ server: text, path: text })),
      }),
    ),
    status: opt(z.object({ phase: text, reason: text, message: text })),
  }),
  StorageClass: z.object({ ...head('StorageClass'), provisioner: text, volumeBindingMode: text, reclaimPolicy: text }),
};
