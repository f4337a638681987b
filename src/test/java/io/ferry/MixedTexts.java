package io.ferry;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Texts of many scripts and lengths, always the same. Without quotation marks or backslashes. */
public final class MixedTexts {

  private static final long SEED = 42;
  private static final int MOST_SENTENCES = 12;

  private static final List<String> SENTENCES =
      List.of(
          "Wo fährt der Zug nach Bremen ab?",
          "The ferry leaves at half past seven.",
          "Ça va très bien, merci !",
          "¿Dónde está la biblioteca?",
          "Il gatto dorme sul divano.",
          "Onde fica a estação?",
          "De trein heeft vertraging.",
          "Tåget är försenat.",
          "Gdzie jest dworzec?",
          "Kde je nádraží?",
          "Unde este gara?",
          "Hol van az állomás?",
          "Missä on rautatieasema?",
          "İstasyon nerede?",
          "Где находится вокзал?",
          "Де знаходиться вокзал?",
          "Πού είναι ο σταθμός;",
          "أين المحطة؟",
          "איפה התחנה?",
          "स्टेशन कहाँ है?",
          "駅はどこですか。",
          "역이 어디에 있습니까?",
          "车站在哪里？",
          "Nhà ga ở đâu?",
          "Di mana stasiunnya?",
          "7",
          "🙂🙃",
          "a");

  private MixedTexts() {}

  /** The first so many. */
  public static List<String> of(int count) {
    Random random = new Random(SEED);
    List<String> texts = new ArrayList<>(count);
    for (int text = 0; text < count; text++) {
      List<String> sentences = new ArrayList<>();
      for (int left = random.nextInt(1, MOST_SENTENCES); left > 0; left--) {
        sentences.add(SENTENCES.get(random.nextInt(SENTENCES.size())));
      }
      texts.add(String.join(" ", sentences));
    }
    return texts;
  }
}
