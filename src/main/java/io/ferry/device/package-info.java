/**
 * The device's platform thread: {@link io.ferry.device.GpuBatcher} starts, supervises and drains
 * it; {@link io.ferry.device.DeviceThread} is what runs on it.
 */
@NullMarked
package io.ferry.device;

import org.jspecify.annotations.NullMarked;
