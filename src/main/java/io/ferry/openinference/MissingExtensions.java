package io.ferry.openinference;

/** What a caller hears of Triton's extensions that Ferry has not, over whichever carrier. */
public final class MissingExtensions {

  /** Of tensors in memory that client and server share. */
  public static final String SHARED_MEMORY =
      "Ferry shares no memory with clients; send the data in the message";

  /** Of trace settings. */
  public static final String TRACE_SETTINGS = "Ferry has no trace settings";

  /** Of log settings. */
  public static final String LOG_SETTINGS =
      "Ferry's log is set where it is started, with quarkus.log.*";

  private MissingExtensions() {}
}
