package io.ferry.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.ferry.batching.SystemTime;
import io.ferry.config.FerryBeans;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may use whom, and what nobody may do. */
class ArchitectureTest {

  private static final JavaClasses FERRY =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          // Generated of src/main/proto.
          .withImportOption(location -> !location.contains("/io/ferry/grpc/wire/"))
          .importPackages("io.ferry");

  private static final Set<String> READS_THE_CLOCK_OR_WAITS =
      Set.of("nanoTime", "currentTimeMillis", "now", "sleep", "onSpinWait", "systemUTC");

  @Test
  void allClassesWereRead() {
    assertTrue(FERRY.size() > 100, "read " + FERRY.size() + " classes");
  }

  // ---- the core

  @ParameterizedTest(name = "{0} uses of Ferry only {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          inference | inference
          batching  | inference,batching
          model     | inference,batching,model
          pipeline  | inference,batching,model,pipeline
          protocol  | inference,protocol
          openinference | inference,batching,model,pipeline,protocol,openinference
          """)
  void theCoreIsALineOfPackages(String name, String allowed) {
    String[] packages =
        Pattern.compile(",")
            .splitAsStream(allowed)
            .map(it -> "io.ferry." + it)
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage("io.ferry." + name)
        .should()
        .dependOnClassesThat(
            JavaClass.Predicates.resideInAPackage("io.ferry..")
                .and(DescribedPredicate.not(JavaClass.Predicates.resideInAnyPackage(packages)))
                .as("other packages of Ferry than " + allowed))
        .check(FERRY);
  }

  @Test
  void theCoreIsFreeOfFrameworks() {
    classes()
        .that()
        .resideInAnyPackage(
            "io.ferry.inference",
            "io.ferry.batching",
            "io.ferry.model",
            "io.ferry.pipeline",
            "io.ferry.protocol",
            "io.ferry.openinference")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.ferry..",
            "java..",
            "org.jspecify.annotations",
            "com.google.errorprone.annotations..")
        .check(FERRY);
  }

  @Test
  void packagesFormNoCycle() {
    slices().matching("io.ferry.(**)").should().beFreeOfCycles().check(FERRY);
  }

  // ---- one door for each library

  @Test
  void onlyTheDjlEngineKnowsDjl() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.ferry.engine.djl")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl..")
        .check(FERRY);
  }

  @Test
  void onlyTheOnnxEngineKnowsOnnxRuntime() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.ferry.engine.onnx")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.onnxruntime..")
        .check(FERRY);
  }

  @Test
  void onlyMetricsKnowMicrometerAndTheWiringHandsThemTheRegistry() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.ferry.metrics")
        .and()
        .doNotBelongToAnyOf(FerryBeans.class)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.micrometer..")
        .check(FERRY);
  }

  @Test
  void onlyItsPackageKnowsGrpc() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.ferry.grpc")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.grpc..", "io.vertx.grpc..", "com.google.protobuf..", "io.ferry.grpc.wire")
        .check(FERRY);
  }

  @Test
  void protocolsOfOneCarrierDoNotKnowTheOther() {
    noClasses()
        .that()
        .resideInAPackage("io.ferry.grpc")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.ferry.rest..")
        .check(FERRY);
  }

  @Test
  void onlyProtocolsKnowHttp() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.ferry.rest..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("jakarta.ws.rs..", "io.vertx.core..", "io.vertx.ext..")
        .check(FERRY);
  }

  @Test
  void nobodyButTheWiringKnowsTheSettings() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.ferry.config")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.ferry.config",
            "org.eclipse.microprofile.config..",
            "io.smallrye.config..",
            "io.quarkus.runtime.configuration..")
        .check(FERRY);
  }

  // ---- habits

  @Test
  void onlySystemTimeReadsTheClockAndWaits() {
    DescribedPredicate<JavaCall<?>> clock =
        DescribedPredicate.describe("the clock or a wait", ArchitectureTest::isClockOrWait);
    noClasses()
        .that()
        .doNotBelongToAnyOf(SystemTime.class)
        .should()
        .callCodeUnitWhere(clock)
        .check(FERRY);
  }

  private static boolean isClockOrWait(JavaCall<?> call) {
    AccessTarget target = call.getTarget();
    JavaClass owner = target.getOwner();
    boolean hasSuch =
        Set.of("java.lang.System", "java.lang.Thread").contains(owner.getName())
            || owner.getPackageName().equals("java.time");
    return owner.isEquivalentTo(LockSupport.class)
        || (hasSuch && READS_THE_CLOCK_OR_WAITS.contains(target.getName()));
  }

  @Test
  void nothingIsPrintedOrEndsTheProcess() {
    noClasses()
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethod(Throwable.class, "printStackTrace")
        .orShould()
        .callMethod(System.class, "exit", int.class)
        .check(FERRY);
  }

  @Test
  void noStaticFieldChanges() {
    fields().that().areStatic().should().beFinal().check(FERRY);
  }

  @Test
  void namesSayWhatAClassIs() {
    noClasses()
        .should()
        .haveNameMatching(".*(Manager|Helper|Helpers|Util|Utils|Impl|Handler)")
        .check(FERRY);
  }

  @Test
  void everyPackageIsNullMarked() {
    Set<String> packages = new TreeSet<>();
    Set<String> marked = new TreeSet<>();
    for (JavaClass type : FERRY) {
      packages.add(type.getPackageName());
      if (type.getSimpleName().equals("package-info") && type.isAnnotatedWith(NullMarked.class)) {
        marked.add(type.getPackageName());
      }
    }
    assertEquals(packages, marked);
  }
}
