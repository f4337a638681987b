package io.ferry.device;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;

/**
 * How to ask for a device's memory. Asking a GPU is a call into its driver, so it is done when
 * metrics are read and not before.
 *
 * @param used bytes in use, by whomever
 * @param total bytes there are
 */
public record DeviceMemory(LongSupplier used, LongSupplier total) {

  /** The memory that CPU models run in: the machine's, or its share in a container. */
  public static DeviceMemory ofHost() {
    OperatingSystemMXBean host = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return new DeviceMemory(
        () -> host.getTotalMemorySize() - host.getFreeMemorySize(), host::getTotalMemorySize);
  }
}
