import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * The clients of a server, as few threads as can be: they share the machine's processors with it.
 * Prints what came back as one line of JSON.
 *
 * <pre>
 * java Clients.java closed URL BODIES CLIENTS SECONDS [OPTION=VALUE ...]
 * java Clients.java open   URL BODIES RATE    SECONDS [OPTION=VALUE ...]
 *
 * lead-in=1          seconds of load before it counts
 * patience=10        seconds after which a request without an answer is given up
 * header=Name:value  sent with each request
 * goal-ms=100        answers within this are counted
 * seed=1             of the moments at which requests become due
 * connections=10000  at most, in the open loop
 * pid=1234           the server, whose processor time is measured as well
 * </pre>
 *
 * <p>{@code BODIES} is a file with a JSON body in each line; they are sent in turn, from another
 * one for each seed. In the closed loop each client has a connection and sends its next request
 * when it has the answer to the last one. In the open loop requests become due at random moments (a
 * Poisson process), whatever the server does; a latency runs from the moment at which the request
 * was due, and a request that finds no connection idle gets a new one. What is not answered within
 * the patience is lost and its connection closed, so no server can hold this program up.
 *
 * <p>One thread reads all answers; in the open loop a second one keeps the time and writes. {@code
 * late} is what it took this program itself from the moment a request was due to sending it.
 */
public final class Clients {

  /** Connections of the closed loop that are being opened at once: a server's backlog is short. */
  private static final int OPENING = 64;

  private static final long TICK_MILLIS = 50;

  private final Selector selector;
  private final InetSocketAddress address;
  private final byte[][] requests;
  private final Map<String, String> options;
  private final long patience;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
  private final Set<Connection> connections = new HashSet<>();
  private final ArrayDeque<Connection> idle = new ArrayDeque<>();
  private final ArrayDeque<Request> backlog = new ArrayDeque<>();
  private final Tally tally;
  private int next;
  private int opening;
  private int outstanding;
  private long lastLook;

  /** One that has a moment at which it was due. */
  private record Request(byte[] bytes, long due) {}

  private Clients(URI url, Path bodies, Map<String, String> options, Tally tally)
      throws IOException {
    this.selector = Selector.open();
    this.address = new InetSocketAddress(url.getHost(), url.getPort());
    this.options = options;
    this.tally = tally;
    this.patience = nanos(number("patience", 10));
    try (Stream<String> lines = Files.lines(bodies)) {
      this.requests =
          lines.filter(line -> !line.isBlank()).map(it -> request(url, it)).toArray(byte[][]::new);
    }
    this.next = (int) (number("seed", 1) * 7_919 % requests.length);
  }

  /** See the class. */
  public static void main(String[] args) throws Exception {
    if (args.length < 5) {
      System.err.println(
          "usage: Clients closed|open URL BODIES CLIENTS|RATE SECONDS [OPTION=VALUE]");
      System.exit(2);
    }
    // Half a measurement is none: what ends a thread ends the program.
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> {
          failure.printStackTrace();
          Runtime.getRuntime().halt(1);
        });
    Map<String, String> options = new HashMap<>();
    for (String option : Arrays.asList(args).subList(5, args.length)) {
      int sign = option.indexOf('=');
      options.put(option.substring(0, sign), option.substring(sign + 1));
    }
    Tally tally = new Tally(args[0].equals("open"), options);
    Clients clients = new Clients(URI.create(args[1]), Path.of(args[2]), options, tally);
    double load = Double.parseDouble(args[3]);
    double seconds = Double.parseDouble(args[4]);
    switch (args[0]) {
      case "closed" -> clients.closed((int) load, seconds);
      case "open" -> clients.open(load, seconds);
      default -> throw new IllegalArgumentException("unknown loop " + args[0]);
    }
    System.out.println(tally.json());
    // Connections that still wait are no reason to go on.
    System.exit(0);
  }

  private double number(String option, double otherwise) {
    return Double.parseDouble(options.getOrDefault(option, Double.toString(otherwise)));
  }

  private byte[] request(URI url, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String header = options.containsKey("header") ? options.get("header") + "\r\n" : "";
    byte[] head =
        ("POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\n\r\n"
                .formatted(url.getPath(), url.getAuthority(), header, bytes.length))
            .getBytes(StandardCharsets.ISO_8859_1);
    byte[] request = Arrays.copyOf(head, head.length + bytes.length);
    System.arraycopy(bytes, 0, request, head.length, bytes.length);
    return request;
  }

  private byte[] nextRequest() {
    byte[] request = requests[next];
    next = (next + 1) % requests.length;
    return request;
  }

  private static long nanos(double seconds) {
    return (long) (seconds * 1e9);
  }

  // ---- closed loop

  private void closed(int clients, double seconds) throws IOException {
    long start = System.nanoTime() + nanos(number("lead-in", 1));
    long end = start + nanos(seconds);
    tally.from = start;
    long now = System.nanoTime();
    while (now < end) {
      // What was given up goes on with a new connection.
      while (connections.size() < clients && opening < OPENING) {
        connect().send(new Request(nextRequest(), System.nanoTime()));
      }
      turn(Math.min(end, tally.started() ? end : start) - now);
      now = System.nanoTime();
      if (!tally.started() && now >= start) {
        tally.start(now);
      }
      while (!idle.isEmpty()) {
        idle.pop().send(new Request(nextRequest(), System.nanoTime()));
      }
    }
    tally.stop();
  }

  // ---- open loop

  private void open(double rate, double seconds) throws Exception {
    double leadIn = number("lead-in", 1);
    long start = System.nanoTime();
    long from = start + nanos(leadIn);
    long end = from + nanos(seconds);
    tally.from = from;
    Thread clock = Thread.ofPlatform().name("clock").start(() -> keepTime(rate, start, end));
    boolean stopped = false;
    for (long now = start; ; now = System.nanoTime()) {
      turn(TICK_MILLIS * 1_000_000);
      synchronized (this) {
        if (!tally.started() && now >= from) {
          tally.start(now);
        }
        if (!stopped && now >= end) {
          tally.stop();
          stopped = true;
        }
        if (stopped && !clock.isAlive() && outstanding == 0 && backlog.isEmpty()) {
          return;
        }
      }
    }
  }

  private void keepTime(double rate, long start, long end) {
    SplittableRandom random = new SplittableRandom((long) number("seed", 1));
    int most = (int) number("connections", 10_000);
    double at = gap(rate, random);
    for (long due = start + nanos(at); due < end; due = start + nanos(at)) {
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      synchronized (this) {
        Request request = new Request(nextRequest(), due);
        Connection free = idle.poll();
        if (free != null) {
          free.send(request);
        } else if (connections.size() < most) {
          connect().send(request);
          selector.wakeup();
        } else {
          backlog.add(request);
        }
        tally.sent(due, System.nanoTime());
      }
      at += gap(rate, random);
    }
  }

  private static double gap(double rate, SplittableRandom random) {
    return -Math.log(1 - random.nextDouble()) / rate;
  }

  // ---- both

  private Connection connect() {
    try {
      SocketChannel channel = SocketChannel.open();
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      Connection connection = new Connection(channel);
      connection.connecting = !channel.connect(address);
      opening += connection.connecting ? 1 : 0;
      connection.key =
          channel.register(
              selector,
              connection.connecting ? SelectionKey.OP_CONNECT : SelectionKey.OP_READ,
              connection);
      connections.add(connection);
      return connection;
    } catch (IOException impossible) {
      throw new IllegalStateException("no connection can be opened", impossible);
    }
  }

  /** Reads what has come, for at most so long. */
  private void turn(long nanos) throws IOException {
    selector.select(Math.clamp(nanos / 1_000_000, 1, TICK_MILLIS));
    synchronized (this) {
      for (SelectionKey key : selector.selectedKeys()) {
        ((Connection) key.attachment()).ready();
      }
      selector.selectedKeys().clear();
      long now = System.nanoTime();
      if (now - lastLook > TICK_MILLIS * 1_000_000) {
        lastLook = now;
        giveUp(now);
      }
      while (!backlog.isEmpty() && !idle.isEmpty()) {
        idle.poll().send(backlog.poll());
      }
    }
  }

  /** Closes the connections on which an answer has not come in time. */
  private void giveUp(long now) {
    for (Connection connection : connections.toArray(Connection[]::new)) {
      if (connection.request != null && now - connection.request.due > patience) {
        connection.end(Tally.TIMED_OUT);
      }
    }
    while (!backlog.isEmpty() && now - backlog.peek().due > patience) {
      tally.answer(backlog.poll().due, now, Tally.TIMED_OUT);
    }
  }

  /** A connection, which has at most one request that is not answered. */
  private final class Connection {

    private static final String LENGTH = "content-length:";
    private static final String CHUNKED = "transfer-encoding: chunked";
    private static final String CLOSE = "connection: close";
    private static final int HEAD_END = 0x0D0A0D0A;
    private static final long CHUNKS_END = 0x300D0A0D0AL;
    private static final long FIVE_BYTES = 0xFFFFFFFFFFL;

    private final SocketChannel channel;
    private final StringBuilder head = new StringBuilder(256);
    private SelectionKey key;
    private boolean connecting;
    private Request request;
    private boolean inBody;
    private boolean chunked;
    private boolean closing;
    private int status;
    private int bodyLeft;
    private long last;

    private Connection(SocketChannel channel) {
      this.channel = channel;
    }

    private void send(Request next) {
      request = next;
      outstanding++;
      if (!connecting) {
        write();
      }
    }

    private void write() {
      try {
        ByteBuffer bytes = ByteBuffer.wrap(request.bytes);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      } catch (IOException broken) {
        end(Tally.BROKEN_OFF);
      }
    }

    private void ready() {
      try {
        if (!key.isValid()) {
          return;
        }
        if (key.isConnectable() && channel.finishConnect()) {
          connecting = false;
          opening--;
          key.interestOps(SelectionKey.OP_READ);
          write();
          return;
        }
        buffer.clear();
        if (channel.read(buffer) < 0) {
          end(Tally.BROKEN_OFF);
          return;
        }
        buffer.flip();
        read();
      } catch (IOException broken) {
        end(Tally.BROKEN_OFF);
      }
    }

    private void read() {
      while (buffer.hasRemaining()) {
        if (!inBody) {
          byte b = buffer.get();
          head.append((char) (b & 0xFF));
          last = last << 8 | b & 0xFF;
          if ((int) last == HEAD_END) {
            readHead();
          }
        } else if (chunked) {
          last = last << 8 | buffer.get() & 0xFF;
          if ((last & FIVE_BYTES) == CHUNKS_END) {
            bodyLeft = 0;
          }
        } else {
          int taken = Math.min(bodyLeft, buffer.remaining());
          buffer.position(buffer.position() + taken);
          bodyLeft -= taken;
        }
        if (inBody && bodyLeft == 0) {
          answered();
        }
      }
    }

    private void readHead() {
      String told = head.toString().toLowerCase(Locale.ROOT);
      status = Integer.parseInt(told.substring(9, 12));
      chunked = told.contains(CHUNKED);
      closing = told.contains(CLOSE);
      int length = told.indexOf(LENGTH);
      bodyLeft = chunked ? Integer.MAX_VALUE : 0;
      if (length >= 0) {
        int from = length + LENGTH.length();
        bodyLeft = Integer.parseInt(told.substring(from, told.indexOf('\r', from)).strip());
      }
      inBody = true;
      last = 0;
      head.setLength(0);
    }

    private void answered() {
      inBody = false;
      if (request != null) {
        tally.answer(request.due, System.nanoTime(), status);
        request = null;
        outstanding--;
      }
      if (closing) {
        end(Tally.BROKEN_OFF);
      } else {
        idle.push(this);
      }
    }

    /** Closes the connection; a request that still waits has ended so. */
    private void end(int how) {
      if (request != null) {
        tally.answer(request.due, System.nanoTime(), how);
        request = null;
        outstanding--;
      } else {
        idle.remove(this);
      }
      if (connecting) {
        connecting = false;
        opening--;
      }
      connections.remove(this);
      try {
        channel.close();
      } catch (IOException _) {
        // It is closed.
      }
    }
  }
}
