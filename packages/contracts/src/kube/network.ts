// How traffic finds pods.
import { z } from 'zod';
import { flag, head, intOrString, labelSelector, list, map, num, opt, text } from './fields.ts';

const servicePort = z.object({
  name: text,
  port: num,
  targetPort: intOrString,
  nodePort: num,
  protocol: text,
  appProtocol: text,
});
const ingressBackend = opt(
  z.object({
    service: opt(z.object({ name: text, port: opt(z.object({ number: num, name: text })) })),
    resource: opt(z.object({ kind: text, name: text })),
    serviceName: text,
    servicePort: intOrString,
  }),
);
const endpointAddress = z.object({
  ip: text,
  nodeName: text,
  targetRef: opt(z.object({ kind: text, name: text, namespace: text })),
});
const networkPeer = z.object({
  podSelector: labelSelector,
  namespaceSelector: labelSelector,
  ipBlock: opt(z.object({ cidr: text })),
});
const networkPorts = list(z.object({ protocol: text, port: intOrString, endPort: num }));

export const networkSchemas = {
  Service: z.object({
    ...head('Service'),
    spec: opt(
      z.object({
        type: text,
        clusterIP: text,
        externalName: text,
        selector: map,
        ports: list(servicePort),
        publishNotReadyAddresses: flag,
        sessionAffinity: text,
      }),
    ),
    status: opt(z.object({ loadBalancer: opt(z.object({ ingress: list(z.object({ ip: text, hostname: text })) })) })),
  }),
  Endpoints: z.object({
    ...head('Endpoints'),
    subsets: list(
      z.object({
        addresses: list(endpointAddress),
        notReadyAddresses: list(endpointAddress),
        ports: list(z.object({ name: text, port: num, protocol: text })),
      }),
    ),
  }),
  EndpointSlice: z.object({
    ...head('EndpointSlice'),
    endpoints: list(
      z.object({
        addresses: list(z.string()),
        conditions: opt(z.object({ ready: flag, serving: flag, terminating: flag })),
        nodeName: text,
        targetRef: opt(z.object({ kind: text, name: text, namespace: text })),
      }),
    ),
    ports: list(z.object({ name: text, port: num, protocol: text })),
  }),
  Ingress: z.object({
    ...head('Ingress'),
    spec: opt(
      z.object({
        ingressClassName: text,
        defaultBackend: ingressBackend,
        tls: list(z.object({ secretName: text, hosts: list(z.string()) })),
        rules: list(
          z.object({
            host: text,
            http: opt(z.object({ paths: list(z.object({ path: text, pathType: text, backend: ingressBackend })) })),
          }),
        ),
      }),
    ),
    status: opt(z.object({ loadBalancer: opt(z.object({ ingress: list(z.object({ ip: text, hostname: text })) })) })),
  }),
  IngressClass: z.object({ ...head('IngressClass'), spec: opt(z.object({ controller: text })) }),
  NetworkPolicy: z.object({
    ...head('NetworkPolicy'),
    spec: opt(
      z.object({
        podSelector: labelSelector,
        policyTypes: list(z.string()),
        ingress: list(z.object({ from: list(networkPeer), ports: networkPorts })),
        egress: list(z.object({ to: list(networkPeer), ports: networkPorts })),
      }),
    ),
  }),
};
