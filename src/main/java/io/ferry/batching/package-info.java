/**
 * READ THIS FIRST: how single rows become batches.
 *
 * <pre>
 *   request's thread                 |  shared, behind one lock   |  a lane's thread
 *                                    |                            |
 *   Admission.tryAcquire -> Permit --+--> RequestQueue.enqueue    |
 *   Ticket.await  (parks)            |      BatchFormer.add       |
 *                                    |    DeviceScheduler.plan <--+--- DeviceLoop
 *                                    |      whose turn is it?     |
 *                                    |      BatchFormer.next      |
 *                                    |                            |     BatchExecution: forward,
 *   Ticket.await  (wakes) <----------+----------------------------+---- split what fails,
 *                                    |                            |     complete each row once
 * </pre>
 *
 * <p>{@link io.ferry.batching.BatchFormer} decides when a batch leaves, {@link
 * io.ferry.batching.MemberChoice} who is in it, {@link io.ferry.batching.DeviceScheduler} which
 * model's it is; {@link io.ferry.batching.DeviceLoop} is the loop; {@link
 * io.ferry.batching.Forecast} is what they expect of passes and arrivals; the rest is who owns
 * what. Time is an argument, and the only doors to the clock and to waiting are {@link
 * io.ferry.batching.Ticker} and {@link io.ferry.batching.Parker}, so the same loop runs in a
 * simulation on virtual time.
 *
 * <p>Shared between threads: the scheduler and its queues (one lock), the counter of {@link
 * io.ferry.batching.Admission} (atomic), an entry's outcome (set once, atomically) and the {@link
 * io.ferry.batching.Heartbeat} (one writer). Everything else belongs to one thread.
 */
@NullMarked
package io.ferry.batching;

import org.jspecify.annotations.NullMarked;
