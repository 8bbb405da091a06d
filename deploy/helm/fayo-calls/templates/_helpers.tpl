{{- define "fayo.name" -}}
{{- if contains "fayo-calls" .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-fayo-calls" .Release.Name | trunc 50 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "fayo.instance" -}}
app.kubernetes.io/name: fayo-calls
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* The labels of the silos, and of nothing else: migrations have another component. */}}
{{- define "fayo.selector" -}}
{{ include "fayo.instance" . }}
app.kubernetes.io/component: silo
{{- end }}

{{- define "fayo.commonLabels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "fayo.labels" -}}
{{ include "fayo.selector" . }}
{{ include "fayo.commonLabels" . }}
{{- end }}

{{- define "fayo.migrationLabels" -}}
{{ include "fayo.instance" . }}
app.kubernetes.io/component: migrations
{{- end }}

{{- define "fayo.image" -}}
{{ .Values.image.repository }}{{ if .Values.image.digest }}@{{ .Values.image.digest }}{{ else }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end }}
{{- end }}

{{- define "fayo.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{- define "fayo.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1654
runAsGroup: 1654
fsGroup: 1654
fsGroupChangePolicy: OnRootMismatch
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{/* A number of seconds as the service reads it: 00:01:10. */}}
{{- define "fayo.duration" -}}
{{ printf "00:%02d:%02d" (div (int .) 60) (mod (int .) 60) }}
{{- end }}

{{/* The drain, 25 s in which the service ends what is under way, and 10 s to spare. */}}
{{- define "fayo.gracePeriod" -}}
{{ add .Values.drain.delaySeconds .Values.drain.spreadSeconds 25 10 }}
{{- end }}

{{- define "fayo.maxReplicas" -}}
{{ ternary .Values.autoscaling.maxReplicas .Values.replicas .Values.autoscaling.enabled }}
{{- end }}

{{/* What one silo opens: its pool, Orleans' pool of 4, and the connection of the writer. */}}
{{- define "fayo.connectionsPerSilo" -}}
{{ add .Values.database.connections 4 1 }}
{{- end }}

{{/* While a rollout runs there is one silo more. The last one is for migrations. */}}
{{- define "fayo.connections" -}}
{{ add (mul (add (include "fayo.maxReplicas" . | int) 1) (include "fayo.connectionsPerSilo" . | int)) 1 }}
{{- end }}

{{- define "fayo.checkConnections" -}}
{{- $needed := add (include "fayo.connections" . | int) .Values.database.reservedConnections }}
{{- if gt (int $needed) (int .Values.database.maxConnections) }}
{{- fail (printf "database.maxConnections: %d silos and one more during a rollout need up to %s connections of PostgreSQL, and %d are reserved for others, but it allows %d. Raise max_connections and this value, or lower replicas or database.connections." (include "fayo.maxReplicas" . | int) (include "fayo.connections" .) (int .Values.database.reservedConnections) (int .Values.database.maxConnections)) }}
{{- end }}
{{- end }}
