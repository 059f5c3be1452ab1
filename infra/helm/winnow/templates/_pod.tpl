{{/*
The Pod of one process. Takes a dict: root (the chart's scope), name, args, set (resources, env, …), facts, volumes and mounts of its own.
*/}}
{{- define "winnow.podSpec" -}}
{{- $root := .root -}}
{{- $values := $root.Values -}}
{{- $facts := .facts -}}
{{- $scheme := ternary "HTTPS" "HTTP" (ne $values.tls.existingSecret "") -}}
{{- $inCluster := and $facts.watches $values.watch.inCluster -}}
{{- $waits := ternary 5 0 (and (default false $facts.receives) (semverCompare ">=1.30.0-0" $root.Capabilities.KubeVersion.Version)) -}}
serviceAccountName: {{ ternary (include "winnow.serviceAccountName" $root) "default" (default false $inCluster) }}
automountServiceAccountToken: {{ default false $inCluster }}
# Kubernetes' own WINNOW_… variables of Services would be taken for settings.
enableServiceLinks: false
{{- with $values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
# A drain, the moment in which others learn that it is going, and some more.
terminationGracePeriodSeconds: {{ add $values.shutdownGraceSeconds $waits 10 }}
securityContext:
  runAsNonRoot: true
  {{- with $values.podSecurityContext }}
  {{- with .runAsUser }}
  runAsUser: {{ int . }}
  runAsGroup: {{ int . }}
  {{- end }}
  {{- with .fsGroup }}
  fsGroup: {{ int . }}
  fsGroupChangePolicy: OnRootMismatch
  {{- end }}
  {{- end }}
  seccompProfile:
    type: RuntimeDefault
{{- with .set.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .set.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .set.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .set.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
topologySpreadConstraints:
  {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "winnow.selectorLabels" $root | nindent 8 }}
        app.kubernetes.io/component: {{ $.name }}
  {{- end }}
containers:
  - name: winnow
    image: {{ include "winnow.image" $root | quote }}
    imagePullPolicy: {{ $values.image.pullPolicy }}
    args: {{ toJson .args }}
    {{- with include "winnow.env" . }}
    env:
      {{- . | nindent 6 }}
    {{- end }}
    {{- if not .job }}
    ports:
      - name: http
        containerPort: 9193
    startupProbe:
      httpGet: { path: /-/healthy, port: http, scheme: {{ $scheme }} }
      periodSeconds: 2
      failureThreshold: 150
    livenessProbe:
      httpGet: { path: /-/healthy, port: http, scheme: {{ $scheme }} }
      periodSeconds: 10
      timeoutSeconds: 5
      failureThreshold: 3
    readinessProbe:
      httpGet: { path: /-/ready, port: http, scheme: {{ $scheme }} }
      periodSeconds: 5
      timeoutSeconds: 5
    {{- if gt (int $waits) 0 }}
    lifecycle:
      preStop:
        # Until no new request is sent here.
        sleep: { seconds: {{ $waits }} }
    {{- end }}
    {{- end }}
    {{- with .set.resources }}
    resources:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      capabilities:
        drop: [ALL]
    volumeMounts:
      - { name: tmp, mountPath: /tmp }
      {{- if .dataVolume }}
      - { name: data, mountPath: /data }
      {{- end }}
      {{- range include "winnow.secretVolumes" . | fromYamlArray }}
      - { name: {{ .name }}, mountPath: {{ .path }}, readOnly: true }
      {{- end }}
volumes:
  - name: tmp
    emptyDir: { sizeLimit: 256Mi }
  {{- range include "winnow.secretVolumes" . | fromYamlArray }}
  - name: {{ .name }}
    secret: { secretName: {{ .secret }}, defaultMode: 288 }
  {{- end }}
{{- end -}}

{{/* Secrets that are mounted rather than told by the environment: they may be rotated. A list of name, secret, path. */}}
{{- define "winnow.secretVolumes" -}}
{{- $values := .root.Values -}}
{{- if and $values.kafka.tls.enabled $values.kafka.tls.existingSecret }}
- { name: kafka-tls, secret: {{ $values.kafka.tls.existingSecret }}, path: /etc/winnow/kafka-tls }
{{- end }}
{{- if $values.kafka.sasl.mechanism }}
- { name: kafka-sasl, secret: {{ required "kafka.sasl.existingSecret: the Secret with the password" $values.kafka.sasl.existingSecret }}, path: /etc/winnow/kafka-sasl }
{{- end }}
{{- if and (include "winnow.needsRedis" .) $values.redis.tls.enabled $values.redis.tls.existingSecret }}
- { name: redis-tls, secret: {{ $values.redis.tls.existingSecret }}, path: /etc/winnow/redis-tls }
{{- end }}
{{- if not .job }}
{{- if $values.auth.existingSecret }}
- { name: auth, secret: {{ $values.auth.existingSecret }}, path: /etc/winnow/auth }
{{- end }}
{{- if $values.tls.existingSecret }}
- { name: tls, secret: {{ $values.tls.existingSecret }}, path: /etc/winnow/tls }
{{- end }}
{{- if and .facts.watches $values.watch.kubeconfigSecret }}
- { name: kubeconfig, secret: {{ $values.watch.kubeconfigSecret }}, path: /etc/winnow/kubeconfig }
{{- end }}
{{- end }}
{{- end -}}
