package io.llmtwin.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the groups of a route mean. */
class UpstreamCallsTest {
    private static final long WORK_MS = 5;

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final Lifetime lifetime = new Lifetime(Duration.ofMinutes(1), Client.PATIENT);
    private boolean wasInterrupted;

    @BeforeEach
    void start() throws Exception {
        new UpstreamCalls().customize(context, file -> null);
        new StepTimer().customize(context, file -> null);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:step").routeId("step").routeGroup("step").process(exchange -> work());
                from("direct:wait").routeId("wait").routeGroup("upstream").process(exchange -> {
                    work();
                    lifetime.end(Lifetime.End.DEADLINE);
                    wasInterrupted = Thread.currentThread().isInterrupted();
                });
                from("direct:other").routeId("other").process(exchange -> {
                    work();
                    lifetime.end(Lifetime.End.DEADLINE);
                    wasInterrupted = Thread.currentThread().isInterrupted();
                });
            }
        });
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void routeInTheGroupUpstream_isWaitedForAndBrokenOffWithItsRequest() {
        Map<String, Double> timings = run("wait");
        assertThat(timings.get("total") - timings.get("overhead")).isGreaterThanOrEqualTo(WORK_MS - 0.1);
        assertThat(timings).doesNotContainKey("wait");
        assertThat(wasInterrupted).isTrue();
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void routeInTheGroupStep_isTimedUnderItsIdAndIsOverhead() {
        Map<String, Double> timings = run("step");
        assertThat(timings.get("step")).isGreaterThanOrEqualTo(WORK_MS);
        assertThat(timings.get("overhead")).isEqualTo(timings.get("total"));
    }

    @Test
    void routeInNoGroup_isPartOfTheTotalAlone() {
        Map<String, Double> timings = run("other");
        assertThat(timings).containsOnlyKeys("total", "overhead");
        assertThat(timings.get("overhead")).isEqualTo(timings.get("total"));
        assertThat(wasInterrupted).isFalse();
    }

    private Map<String, Double> run(String route) {
        try (ProducerTemplate template = context.createProducerTemplate()) {
            Exchange done =
                    template.request("direct:" + route, exchange -> RequestScope.begin(exchange, "test", lifetime));
            assertThat(done.getException()).isNull();
            return RequestScope.timings(done).milliseconds();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void work() {
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < WORK_MS * 1_000_000) {
            Thread.onSpinWait();
        }
    }
}
