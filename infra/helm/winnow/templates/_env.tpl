{{/* The settings of one process, as a container's `env`. Takes what winnow.podSpec takes. What values name in `env` comes last, and wins. */}}
{{- define "winnow.env" -}}
{{- $values := .root.Values -}}
{{- $set := dict "WINNOW_LOG_LEVEL" $values.logLevel -}}
{{- include "winnow.kafkaEnv" (dict "values" $values "set" $set) -}}
{{- if include "winnow.needsRedis" . -}}
{{- include "winnow.redisEnv" (dict "values" $values "set" $set) -}}
{{- end -}}
{{- if .job -}}
{{- range $name, $value := dict "PARTITIONS" .set.partitions "REPLICATION_FACTOR" .set.replicationFactor "MIN_INSYNC_REPLICAS" .set.minInsyncReplicas "RETENTION_HOURS" .set.retentionHours -}}
{{- $_ := set $set (printf "WINNOW_KAFKA_%s" $name) (toString (int $value)) -}}
{{- end -}}
{{- else -}}
{{- include "winnow.processEnv" (dict "values" $values "set" $set "facts" .facts "name" .name) -}}
{{- end -}}
{{- $set = mergeOverwrite $set (deepCopy $values.env) (deepCopy (default dict .set.env)) -}}
{{- range $name := keys $set | sortAlpha }}
- { name: {{ $name }}, value: {{ get $set $name | toString | quote }} }
{{- end }}
{{- include "winnow.secretEnv" . }}
{{- end -}}

{{/* The agent keeps its state on its volume, and the Job has none. */}}
{{- define "winnow.needsRedis" -}}
{{- if not (or .job (eq .name "agent")) -}}true{{- end -}}
{{- end -}}

{{- define "winnow.kafkaEnv" -}}
{{- $kafka := .values.kafka -}}
{{- $_ := set .set "WINNOW_KAFKA_BROKERS" (required "kafka.brokers: host:port of one broker or several, with commas between" $kafka.brokers) -}}
{{- if $kafka.tls.enabled -}}
{{- $_ := set .set "WINNOW_KAFKA_TLS" "true" -}}
{{- include "winnow.tlsEnv" (dict "set" .set "prefix" "WINNOW_KAFKA_TLS" "path" "/etc/winnow/kafka-tls" "tls" $kafka.tls) -}}
{{- end -}}
{{- if $kafka.sasl.mechanism -}}
{{- $_ := set .set "WINNOW_KAFKA_SASL_MECHANISM" $kafka.sasl.mechanism -}}
{{- if eq $kafka.sasl.mechanism "oauthbearer" -}}
{{- $_ := set .set "WINNOW_KAFKA_SASL_TOKEN_FILE" (printf "/etc/winnow/kafka-sasl/%s" $kafka.sasl.tokenKey) -}}
{{- else -}}
{{- $_ := set .set "WINNOW_KAFKA_SASL_USERNAME" (required "kafka.sasl.username: the user of the password" $kafka.sasl.username) -}}
{{- $_ := set .set "WINNOW_KAFKA_SASL_PASSWORD_FILE" (printf "/etc/winnow/kafka-sasl/%s" $kafka.sasl.passwordKey) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "winnow.redisEnv" -}}
{{- $redis := .values.redis -}}
{{- $kinds := dict "WINNOW_REDIS_URL" $redis.url "WINNOW_REDIS_SENTINELS" $redis.sentinels "WINNOW_REDIS_CLUSTER" $redis.cluster -}}
{{- $given := list -}}
{{- range $name, $value := $kinds -}}
{{- if $value -}}
{{- $given = append $given $name -}}
{{- $_ := set $.set $name $value -}}
{{- end -}}
{{- end -}}
{{- if ne (len $given) 1 -}}
{{- fail "redis: exactly one of redis.url, redis.sentinels and redis.cluster is to be set" -}}
{{- end -}}
{{- if $redis.sentinels -}}
{{- $_ := set .set "WINNOW_REDIS_SENTINEL_MASTER" $redis.sentinelMaster -}}
{{- end -}}
{{- with $redis.auth.username -}}
{{- $_ := set $.set "WINNOW_REDIS_USERNAME" . -}}
{{- end -}}
{{- if $redis.tls.enabled -}}
{{- $_ := set .set "WINNOW_REDIS_TLS" "true" -}}
{{- include "winnow.tlsEnv" (dict "set" .set "prefix" "WINNOW_REDIS_TLS" "path" "/etc/winnow/redis-tls" "tls" $redis.tls) -}}
{{- end -}}
{{- end -}}

{{- define "winnow.tlsEnv" -}}
{{- range $part, $key := dict "CA" .tls.caKey "CERT" .tls.certKey "KEY" .tls.keyKey -}}
{{- if $key -}}
{{- $_ := set $.set (printf "%s_%s_FILE" $.prefix $part) (printf "%s/%s" $.path $key) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "winnow.processEnv" -}}
{{- $values := .values -}}
{{- $set := .set -}}
{{- $_ := set $set "WINNOW_TENANT" $values.tenant -}}
{{- if eq .name "agent" -}}
{{- $_ := set $set "WINNOW_AGENT_BUFFER_MIB" (toString (int $values.agent.buffer.mebibytes)) -}}
{{- else -}}
{{- include "winnow.serviceEnv" . -}}
{{- end -}}
{{- if and (not $values.allowUnauthenticated) .facts.receives (not $values.auth.existingSecret) (not $values.tls.existingSecret) -}}
{{- fail "auth.existingSecret or tls.existingSecret is to be set: without them whoever reaches the Pods may send, read and act. If your network sees to it, set allowUnauthenticated" -}}
{{- end -}}
{{- if $values.auth.existingSecret -}}
{{- $_ := set $set "WINNOW_AUTH_FILE" (printf "/etc/winnow/auth/%s" $values.auth.key) -}}
{{- end -}}
{{- if $values.tls.existingSecret -}}
{{- $_ := set $set "WINNOW_TLS_CERT_FILE" "/etc/winnow/tls/tls.crt" -}}
{{- $_ := set $set "WINNOW_TLS_KEY_FILE" "/etc/winnow/tls/tls.key" -}}
{{- if $values.tls.clientCa -}}
{{- if not $values.auth.existingSecret -}}
{{- fail "tls.clientCa needs auth.existingSecret: without it every client must show a certificate, and the kubelet's probes have none" -}}
{{- end -}}
{{- $_ := set $set "WINNOW_TLS_CLIENT_CA_FILE" "/etc/winnow/tls/ca.crt" -}}
{{- end -}}
{{- end -}}
{{- if and .facts.watches $values.watch.extraKinds -}}
{{- $_ := set $set "WINNOW_WATCH_EXTRA" (join "," $values.watch.extraKinds) -}}
{{- end -}}
{{- if .facts.tells -}}
{{- $_ := set $set "WINNOW_EXTERNAL_URL" (required "notify.externalUrl: where people reach the API; notifications link there. Or set services.notify.enabled to false" $values.notify.externalUrl) -}}
{{- end -}}
{{- with $values.otlpEndpoint -}}
{{- $_ := set $set "OTEL_EXPORTER_OTLP_ENDPOINT" . -}}
{{- end -}}
{{- end -}}

{{/* What the agent is told by its arguments. */}}
{{- define "winnow.serviceEnv" -}}
{{- $values := .values -}}
{{- $set := .set -}}
{{- $_ := set $set "WINNOW_LISTEN" "0.0.0.0:9193" -}}
{{- $_ := set $set "WINNOW_SHUTDOWN_GRACE_SECONDS" (toString (int $values.shutdownGraceSeconds)) -}}
{{- $_ := set $set "WINNOW_CLUSTER" $values.cluster -}}
{{- if $values.allowUnauthenticated -}}
{{- $_ := set $set "WINNOW_INSECURE_LISTEN" "true" -}}
{{- end -}}
{{- if .facts.watches -}}
{{- if not (or $values.watch.inCluster $values.watch.contexts (ne .name "ingest-cluster")) -}}
{{- fail "watch: set watch.inCluster, or watch.contexts and watch.kubeconfigSecret; or set services.ingest-cluster.enabled to false" -}}
{{- end -}}
{{- if $values.watch.inCluster -}}
{{- $_ := set $set "WINNOW_IN_CLUSTER" "true" -}}
{{- end -}}
{{- if $values.watch.contexts -}}
{{- $_ := set $set "WINNOW_CONTEXTS" (join "," $values.watch.contexts) -}}
{{- end -}}
{{- if $values.watch.kubeconfigSecret -}}
{{- $_ := set $set "KUBECONFIG" (printf "/etc/winnow/kubeconfig/%s" $values.watch.kubeconfigKey) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What only the environment takes. */}}
{{- define "winnow.secretEnv" -}}
{{- $values := .root.Values -}}
{{- if include "winnow.needsRedis" . }}
{{- with $values.redis.auth.existingSecret }}
- { name: WINNOW_REDIS_PASSWORD, valueFrom: { secretKeyRef: { name: {{ . }}, key: {{ $values.redis.auth.passwordKey }} } } }
{{- if $values.redis.auth.sentinelPasswordKey }}
- { name: WINNOW_REDIS_SENTINEL_PASSWORD, valueFrom: { secretKeyRef: { name: {{ . }}, key: {{ $values.redis.auth.sentinelPasswordKey }} } } }
{{- end }}
{{- end }}
{{- end }}
{{- if .facts.tells }}
{{- with $values.notify.existingSecret }}
- { name: WINNOW_NOTIFY_URLS, valueFrom: { secretKeyRef: { name: {{ . }}, key: {{ $values.notify.urlsKey }} } } }
{{- end }}
{{- end }}
{{- if has .name (list "ingest-alerts" "agent") }}
{{- with $values.pagerduty.existingSecret }}
- { name: WINNOW_PAGERDUTY_SECRET, valueFrom: { secretKeyRef: { name: {{ . }}, key: {{ $values.pagerduty.secretKey }} } } }
{{- end }}
{{- end }}
{{- end -}}
