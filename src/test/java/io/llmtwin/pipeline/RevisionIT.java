package io.llmtwin.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.properties.DefaultPropertiesParser;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.LifecycleStrategySupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.support.GenericApplicationContext;

/** Revisions over files of their own, and the component that reaches them. */
class RevisionIT {
    @TempDir
    Path folder;

    private final GenericApplicationContext application = new GenericApplicationContext();
    private final List<Revision> revisions = new ArrayList<>();
    private final Lifetimes lifetimes = new Lifetimes(Duration.ofSeconds(5));

    @BeforeEach
    void start() throws IOException {
        application.refresh();
        GreetingPipeline.writeTo(folder);
    }

    @AfterEach
    void stop() {
        revisions.forEach(Revision::retire);
        lifetimes.close();
        application.close();
    }

    @Test
    void template_editedOnDiskAfterTheStart_staysAsItWasHashed() throws Exception {
        Revision revision = load();
        write(GreetingPipeline.TEMPLATE_FILE, "Goodbye {{body}}");
        assertThat(greet(revision)).isEqualTo("Hello Ada");
    }

    @Test
    void template_ofTwoRevisionsAtOnce_isEachOnesOwn() throws Exception {
        Revision before = load();
        write(GreetingPipeline.TEMPLATE_FILE, "Goodbye {{body}}");
        Revision after = load();
        assertThat(greet(after)).isEqualTo("Goodbye Ada");
        assertThat(greet(before)).isEqualTo("Hello Ada");
        assertThat(after.id()).isNotEqualTo(before.id());
    }

    @Test
    void load_brokenRoute_saysWhereAndLeavesNothingRunning() throws IOException {
        write(GreetingPipeline.ROUTE_FILE, GreetingPipeline.ROUTE.replace("steps:", "stepz:"));
        assertThatThrownBy(this::load).hasMessageContaining("greet.camel.yaml");
    }

    @Test
    void load_classThatIsGone_leavesNothingRunning() {
        AtomicReference<CamelContext> made = new AtomicReference<>();
        RevisionCustomizer customizer = (context, files) -> {
            made.set(context);
            context.addLifecycleStrategy(new LifecycleStrategySupport() {
                @Override
                public void onContextStarting(CamelContext starting) {
                    throw new NoClassDefFoundError("of a component");
                }
            });
        };
        assertThatThrownBy(() -> load(customizer)).isInstanceOf(NoClassDefFoundError.class);
        assertThat(made.get().isStopped()).isTrue();
    }

    @Test
    void load_missingBean_isRefused() throws IOException {
        write("routes/pipeline/other.camel.yaml", """
                - route:
                    id: other
                    from:
                      uri: direct:other
                      steps:
                        - bean:
                            id: nobody
                            ref: nobodyHome
                """);
        assertThatThrownBy(this::load).hasStackTraceContaining("nobodyHome");
    }

    @Test
    void component_outcome_comesBackWithVariablesAndHeaders() throws Exception {
        write(GreetingPipeline.ROUTE_FILE, GreetingPipeline.ROUTE + """
                - setVariable:
                    id: mark
                    name: mark
                    constant: seen
                - setHeader:
                    id: header
                    name: X-Mark
                    constant: out
                """.indent(8));
        try (CamelContext main = mainContextOver(load())) {
            Exchange answer = main.createProducerTemplate()
                    .request("direct:in", exchange -> exchange.getMessage().setBody("Ada"));
            assertThat(answer.getMessage().getBody(String.class)).isEqualTo("Hello Ada");
            assertThat(answer.getVariable("mark")).isEqualTo("seen");
            assertThat(answer.getMessage().getHeader("X-Mark")).isEqualTo("out");
            assertThat(answer.getVariable(RequestScope.REVISION))
                    .isEqualTo(revisions.get(0).id());
        }
    }

    @Test
    void component_streamFromInside_staysOpenUntilTheOuterExchangeIsDone() throws Exception {
        AtomicBoolean closed = new AtomicBoolean();
        InputStream stream = new ByteArrayInputStream("frame".getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
            @Override
            public void close() {
                closed.set(true);
            }
        };
        application.getBeanFactory().registerSingleton("upstream", new Upstream(stream));
        write(GreetingPipeline.ROUTE_FILE, """
                - route:
                    id: greet
                    streamCache: "false"
                    from:
                      uri: direct:greet
                      steps:
                        - bean:
                            id: open
                            ref: upstream
                            method: open
                """);
        List<Boolean> closedWhenRead = new ArrayList<>();
        try (CamelContext main = new DefaultCamelContext()) {
            addRevisionComponent(main, load());
            main.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:in").streamCache("false").to("revision:greet").process(exchange -> {
                        closedWhenRead.add(closed.get());
                        exchange.getMessage().setBody(exchange.getMessage().getBody(String.class));
                    });
                }
            });
            main.start();
            assertThat(main.createProducerTemplate().requestBody("direct:in", "x", String.class))
                    .isEqualTo("frame");
        }
        assertThat(closedWhenRead).containsExactly(false);
    }

    @Test
    void component_failureInside_isTheOuterExchangesFailure() throws Exception {
        write(GreetingPipeline.ROUTE_FILE, """
                - route:
                    id: greet
                    from:
                      uri: direct:greet
                      steps:
                        - throwException:
                            id: fail
                            exceptionType: java.lang.IllegalStateException
                            message: broken inside
                """);
        try (CamelContext main = mainContextOver(load())) {
            assertThatThrownBy(() -> main.createProducerTemplate().requestBody("direct:in", "x"))
                    .hasRootCauseMessage("broken inside");
        }
    }

    @Test
    void component_unknownEntry_isAClearFailure() throws Exception {
        try (CamelContext main = new DefaultCamelContext()) {
            addRevisionComponent(main, load());
            main.start();
            assertThatThrownBy(() -> main.createProducerTemplate().requestBody("revision:nowhere", "x"))
                    .hasRootCauseMessage("revision " + revisions.get(0).id() + " has no route from direct:nowhere");
        }
    }

    /** A source that hands out a stream and closes it when the unit of work it was opened in ends. */
    public static final class Upstream {
        private final InputStream stream;

        Upstream(InputStream stream) {
            this.stream = stream;
        }

        public InputStream open(Exchange exchange) {
            exchange.getUnitOfWork().addSynchronization(new org.apache.camel.support.SynchronizationAdapter() {
                @Override
                public void onDone(Exchange done) {
                    org.apache.camel.util.IOHelper.close(stream);
                }
            });
            return stream;
        }
    }

    private Revision load(RevisionCustomizer... customizers) throws Exception {
        RevisionContexts contexts = new RevisionContexts(
                application, new DefaultPropertiesParser(), List.of(customizers), Duration.ofSeconds(5));
        StartFailures failures = (failure, files) -> PipelineProblem.of(null, failure.toString());
        RevisionLoader loader = new RevisionLoader(contexts, List.of(), failures, Runnable::run);
        Revision revision = loader.load(new PipelineFolder(folder).read());
        revisions.add(revision);
        return revision;
    }

    private static String greet(Revision revision) {
        try (ProducerTemplate template = revision.context().createProducerTemplate()) {
            return template.requestBody("direct:greet", "Ada", String.class);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private CamelContext mainContextOver(Revision revision) throws Exception {
        CamelContext main = new DefaultCamelContext();
        addRevisionComponent(main, revision);
        main.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to("revision:greet");
            }
        });
        main.start();
        return main;
    }

    private void addRevisionComponent(CamelContext main, Revision revision) {
        main.addComponent(
                "revision",
                new RevisionComponent(
                        exchange -> {
                            revision.enter();
                            return revision;
                        },
                        lifetimes));
    }

    private void write(String path, String content) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
