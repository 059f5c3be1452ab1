// Grafana-managed alerts: its webhook is Alertmanager's, and each alert says more of itself.
import { type AlertItem, fieldsOf, type Item, isFields, known, type ReadContext, textIn } from '@winnow/contracts';
import { redactText } from '@winnow/redaction';
import type { AlertOptions } from './alert-options.ts';
import { readWebhook } from './read-alerts.ts';

/**
 * The body of a contact point of type webhook. `DatasourceError` and `DatasourceNoData` are alerts like others: their label
 * `rulename` says which rule could not be evaluated.
 */
export function readGrafana(payload: unknown, context: ReadContext, options: AlertOptions = {}): Item[] {
  const items = readWebhook(payload, context, options);
  const { alerts } = fieldsOf(payload);
  if (!Array.isArray(alerts)) return items;
  return items.map((item, i) => (item.type === 'alert' ? enrich(item, alerts[i]) : item));
}

/** Where to look at it, and what was measured. The sender's own annotations come first. */
function enrich(item: AlertItem, raw: unknown): AlertItem {
  const { valueString, values, dashboardURL, panelURL, imageURL } = fieldsOf(raw);
  const more = known({
    values: textIn(valueString) ?? textOfValues(values),
    dashboardURL: textIn(dashboardURL),
    panelURL: textIn(panelURL),
    imageURL: textIn(imageURL),
  });
  const entries = Object.entries(more).map(([name, text]) => [name, redactText(text)] as const);
  return entries.length === 0
    ? item
    : { ...item, annotations: { ...Object.fromEntries(entries), ...item.annotations } };
}

/** `{B: 44.2, C: 1}` → `B=44.2, C=1`; at most 20. */
function textOfValues(values: unknown): string | undefined {
  if (!isFields(values)) return undefined;
  const told = Object.entries(values).filter(([, value]) => typeof value === 'number');
  return told.length === 0
    ? undefined
    : told
        .slice(0, 20)
        .map(([name, value]) => `${name}=${value}`)
        .join(', ');
}
