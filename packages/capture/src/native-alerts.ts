// Alerts as their senders write them.
import { type AlertItem, known } from '@winnow/contracts';

type Native = Readonly<Record<string, unknown>>;

function alertOf({ labels, annotations, startsAt, endsAt, generatorURL }: AlertItem): Native {
  return { labels, annotations, ...known({ startsAt, endsAt, generatorURL }) };
}

/** What Prometheus posts. It has no status: that an end has come says it. */
export function nativeAlerts(alerts: readonly AlertItem[]): readonly Native[] {
  return alerts.map(alertOf);
}

/** Alertmanager's webhook, version 4. */
export function nativeWebhook(alerts: readonly AlertItem[]): Native {
  const status = alerts.some((alert) => alert.status === 'firing') ? 'firing' : 'resolved';
  return { version: '4', status, alerts: alerts.map((alert) => ({ status: alert.status, ...alertOf(alert) })) };
}

/** What `GET /api/v2/alerts` lists. */
export function listedAlert({ fingerprint, ...alert }: AlertItem): Native {
  return {
    fingerprint,
    status: { state: 'active', inhibitedBy: [], silencedBy: [] },
    ...alertOf({ fingerprint, ...alert }),
  };
}

/** One event of a V3 webhook. */
export function nativePagerDuty({ status, labels, annotations, startsAt, endsAt, generatorURL }: AlertItem): Native {
  const { alertname, pagerduty_incident, service, priority, urgency } = labels;
  const data = {
    id: pagerduty_incident,
    type: 'incident',
    title: alertname,
    created_at: startsAt,
    urgency,
    html_url: generatorURL,
  };
  const resolved = status === 'resolved';
  return {
    event: known({
      id: annotations.pagerduty_event,
      event_type: resolved ? 'incident.resolved' : 'incident.triggered',
      resource_type: 'incident',
      occurred_at: endsAt ?? startsAt,
      data: known({
        ...data,
        service: service === undefined ? undefined : { summary: service },
        priority: priority === undefined ? undefined : { summary: priority },
      }),
    }),
  };
}
