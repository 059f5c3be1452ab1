export { type NotifyConfig, notifyConfigSchema, readNotifyConfig } from './config.ts';
export type { Webhook, WebhookAlert } from './core/payload.ts';
export type { NotificationArguments } from './core/send.ts';
export { type NotifySettings, notifyInputs, notifyStage } from './core.ts';
export { type RunningNotify, type StartNotify, startNotify } from './main.ts';
export { type NamedReceiver, namedReceiver } from './named-receiver.ts';
