// kafkajs 2.2.4 arms a timer of one millisecond for ever on each connection, whether anything waits or not: about 3 % of a core each.
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';

const schedule = RequestQueue.prototype.scheduleCheckPendingRequests;

/** The queue is looked at again only where a request waits in it, which is what the timer is for. */
RequestQueue.prototype.scheduleCheckPendingRequests = function scheduleWhereSomethingWaits(this: RequestQueue): void {
  if (this.pending.length > 0) schedule.call(this);
};
