package io.llmtwin;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Which room may know which. */
@AnalyzeClasses(packages = "io.llmtwin", importOptions = DoNotIncludeTests.class)
class RoomsTest {

    @ArchTest
    static final ArchRule rooms_always_areFreeOfCycles =
            slices().matching("io.llmtwin.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule embeddedParts_always_areKnownToTheApplicationsConfigurationOnly = classes()
            .that()
            .resideInAPackage("io.llmtwin.embedded..")
            .should()
            .onlyBeAccessed()
            .byAnyPackage("io.llmtwin", "io.llmtwin.embedded..");

    @ArchTest
    static final ArchRule door_always_isKnownToTheApplicationOnly = noClasses()
            .that()
            .resideOutsideOfPackages("io.llmtwin", "io.llmtwin.api..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.llmtwin.api..");

    @ArchTest
    static final ArchRule tracing_always_isKnownToTheApplicationOnly = noClasses()
            .that()
            .resideOutsideOfPackages("io.llmtwin", "io.llmtwin.tracing..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.llmtwin.tracing..", "io.opentelemetry..");

    @ArchTest
    static final ArchRule application_always_isKnownToNoRoom = noClasses()
            .that()
            .resideOutsideOfPackage("io.llmtwin")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.llmtwin");

    @ArchTest
    static final ArchRule retrieval_always_knowsNoOtherRoom = classes()
            .that()
            .resideInAPackage("io.llmtwin.retrieval..")
            .should()
            .onlyDependOnClassesThat()
            .resideOutsideOfPackages(
                    "io.llmtwin.api..",
                    "io.llmtwin.pipeline..",
                    "io.llmtwin.prompt..",
                    "io.llmtwin.llm..",
                    "io.llmtwin.monitoring..",
                    "io.llmtwin.ingest..",
                    "io.llmtwin.ops..");

    @ArchTest
    static final ArchRule keys_always_knowNoOtherRoom = noClasses()
            .that()
            .resideInAPackage("io.llmtwin.keys..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.llmtwin..").and(not(resideInAPackage("io.llmtwin.keys.."))));

    @ArchTest
    static final ArchRule operations_always_areKnownToNobody = noClasses()
            .that()
            .resideOutsideOfPackage("io.llmtwin.ops..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.llmtwin.ops..");
}
