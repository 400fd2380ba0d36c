package io.llmtwin.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Exchange;
import org.apache.camel.component.properties.DefaultPropertiesParser;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.support.GenericApplicationContext;

/** Which revision serves, over a folder whose pipeline asks nobody anything. */
class RevisionsTest {
    @TempDir
    Path home;

    private final GenericApplicationContext application = new GenericApplicationContext();
    private final Lifetimes lifetimes = new Lifetimes(Duration.ofSeconds(5));
    private final Rehearsals rehearsals = new Rehearsals(lifetimes);
    private RevisionStore store;
    private Revisions revisions;

    @BeforeEach
    void start() throws IOException {
        application.refresh();
        Path folder = home.resolve("pipeline");
        GreetingPipeline.writeTo(folder);
        // without any, so that no question is asked
        Files.createDirectories(folder.resolve("evals"));
        PipelineSettings settings = new PipelineSettings(folder, Duration.ofSeconds(5), Duration.ZERO);
        PipelineLocation location = new PipelineLocation(settings);
        RevisionContexts contexts =
                new RevisionContexts(application, new DefaultPropertiesParser(), List.of(), settings);
        StartFailures failures = (failure, files) -> PipelineProblem.of(null, failure.toString());
        Trial trial = new Trial(
                contexts, List.of(), failures, location, rehearsals, application.getBeanProvider(ActivationGate.class));
        store = RevisionStore.open(
                home.resolve("revisions"),
                JsonMapper.builder().findAndAddModules().build());
        revisions = new Revisions(location, trial, store, application);
        revisions.start();
    }

    @AfterEach
    void stop() {
        revisions.stop();
        rehearsals.close();
        lifetimes.close();
        application.close();
    }

    @Test
    void activate_oldRevisionThatCannotBeDeleted_isWhole() throws Exception {
        String first = revisions.active().id();
        for (int i = 1; i < RevisionStore.MOST_KEPT; i++) {
            store.keep(RevisionStoreTest.served(i));
        }
        Path oldest = home.resolve("revisions/r1.json");
        Files.delete(oldest);
        Files.createDirectories(oldest.resolve("in-the-way"));
        String draft = revisions.draft(draft("Goodbye {{body}}")).id();

        assertThat(revisions.activate(draft).state()).isEqualTo("active");
        assertThat(revisions.list().previous()).isEqualTo(first);
        assertThat(store.needed()).containsExactlyInAnyOrder(first, draft);
    }

    @Test
    void enter_activeRevisionThatWasRetired_failsRatherThanWait() {
        Revision active = revisions.active();
        Exchange exchange = new DefaultExchange(active.context());
        active.retire();

        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> assertThatThrownBy(() -> revisions.enter(exchange))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(active.id()));
    }

    @Test
    void activate_judgementThatBreaksOff_leavesNothingRunning() throws Exception {
        AtomicReference<Revision> candidate = new AtomicReference<>();
        application.registerBean(ActivationGate.class, () -> judged -> {
            candidate.set(judged);
            throw new NoClassDefFoundError("of the judge");
        });
        String draft = revisions.draft(draft("Goodbye {{body}}")).id();

        assertThatThrownBy(() -> revisions.activate(draft)).isInstanceOf(NoClassDefFoundError.class);
        await().until(() -> candidate.get().context().isStopped());
        assertThat(revisions.active().id()).isNotEqualTo(draft);
    }

    private static Draft draft(String greeting) {
        return new Draft(null, Map.of("prompts/greeting.mustache", greeting), null);
    }
}
