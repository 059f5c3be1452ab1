{{/*
What the chart knows of each service, once: values say how many and how large, this says what it is.
  receives  others send to it or read from it, so its port is open to clients
  watches   it reads Kubernetes clusters
  shares    its instances share the partitions, so its lag says how many there should be
  tells     it posts to receivers
*/}}
{{- define "winnow.serviceFacts" -}}
ingest-alerts: { receives: true }
ingest-audit: { receives: true }
ingest-dependencies: { receives: true }
ingest-cluster: { watches: true }
signals: { shares: true }
grouping: { shares: true }
context: { shares: true, watches: true }
rca: { shares: true }
api: { receives: true }
notify: { shares: true, tells: true }
fleet: { shares: true }
{{- end -}}

{{/*
The services that are to run: a map of name → facts, settings and defaults together.
*/}}
{{- define "winnow.services" -}}
{{- $facts := include "winnow.serviceFacts" . | fromYaml -}}
{{- $all := dict -}}
{{- range $name, $set := .Values.services -}}
{{- $merged := mergeOverwrite (deepCopy $.Values.defaults) (deepCopy ($set | default dict)) -}}
{{- if $merged.enabled -}}
{{- $_ := set $all $name (merge (dict "facts" (get $facts $name)) $merged) -}}
{{- end -}}
{{- end -}}
{{- toYaml $all -}}
{{- end -}}
