package io.ferry.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.inference.Outcome;
import io.ferry.pipeline.RequestListener;
import io.ferry.protocol.BodyBudget;
import io.ferry.protocol.BodyLimit;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageReceiptTest {

  /** Room for so much: an eighth of the heap. */
  private static final long MOST = Runtime.getRuntime().maxMemory() / 8;

  private final List<String> refused = new ArrayList<>();
  private final BodyBudget budget = new BodyBudget(new BodyLimit(1));

  private final RequestListener listener =
      new RequestListener() {
        @Override
        public void requestEnded(String protocol, String model, Outcome outcome, long nanos) {
          throw new AssertionError("it never came to a model");
        }

        @Override
        public void requestRefused(String protocol, Refusal refusal) {
          refused.add(protocol + " " + refusal);
        }

        @Override
        public void encoded(String model, long nanos) {
          throw new AssertionError("it never came to a model");
        }

        @Override
        public void encodingFailed(String model, Throwable cause) {
          throw new AssertionError("it never came to a model");
        }
      };

  private MessageReceipt receipt(String name) {
    MessageReceipt receipt = new MessageReceipt(budget, listener);
    receipt.orElse(() -> refused.add(name));
    return receipt;
  }

  @Test
  void aMessageIsRefusedWhileItArrivesAndGivesBackWhatItTook() {
    MessageReceipt first = receipt("first");
    MessageReceipt second = receipt("second");
    first.inboundWireSize(MOST / 2);
    second.inboundWireSize(MOST / 4);
    assertEquals(List.of(), refused);

    second.inboundWireSize(MOST / 3);
    second.inboundWireSize(MOST / 3);
    assertEquals(List.of("grpc TOO_MANY_BODIES", "second"), refused, "once");

    first.inboundWireSize(MOST / 2);
    second.streamClosed(Status.RESOURCE_EXHAUSTED);
    assertEquals(2, refused.size(), "the first has all the room, and nothing is counted twice");
  }

  @Test
  void itTakesItsRoomUntilTheCallEnds() {
    MessageReceipt first = receipt("first");
    first.inboundWireSize(MOST);
    first.inboundMessageRead(0, MOST, MOST);
    MessageReceipt second = receipt("second");
    second.inboundWireSize(1);
    assertEquals(List.of("grpc TOO_MANY_BODIES", "second"), refused);

    first.streamClosed(Status.OK);
    MessageReceipt third = receipt("third");
    third.inboundWireSize(MOST);
    assertEquals(2, refused.size());
  }

  @Test
  void whatIsReportedTwiceIsCountedOnceAndWhatGrowsAsWhatItGrowsTo() {
    MessageReceipt plain = receipt("plain");
    plain.inboundWireSize(MOST / 2);
    plain.inboundUncompressedSize(MOST / 2);
    MessageReceipt packed = receipt("packed");
    packed.inboundWireSize(10);
    packed.inboundUncompressedSize(MOST / 4);
    assertEquals(List.of(), refused);

    packed.inboundUncompressedSize(MOST / 3);
    assertTrue(refused.contains("packed"), refused::toString);
  }

  @Test
  void whatTheTransportRefusesIsCounted() {
    MessageReceipt large = receipt("large");
    large.streamClosed(Status.RESOURCE_EXHAUSTED);
    assertEquals(List.of("grpc TOO_LARGE"), refused);

    MessageReceipt whole = receipt("whole");
    whole.inboundMessageRead(0, 5, 5);
    whole.streamClosed(Status.RESOURCE_EXHAUSTED);
    MessageReceipt gone = receipt("gone");
    gone.streamClosed(Status.CANCELLED);
    assertEquals(1, refused.size(), "a full queue is not a large message");
  }
}
