package io.llmtwin;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.llmtwin.monitoring.Entry.Kind;
import io.llmtwin.monitoring.Journal;
import io.llmtwin.monitoring.JournalSettings;
import io.llmtwin.monitoring.PromptRecord;
import io.llmtwin.monitoring.comet.CometSettings;
import io.llmtwin.monitoring.delivery.Delivery;
import io.llmtwin.monitoring.delivery.DeliverySettings;
import io.llmtwin.monitoring.delivery.Redelivery;
import io.llmtwin.monitoring.opik.OpikSettings;
import io.llmtwin.monitoring.recorder.RecordingServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spring.spi.ApplicationContextBeanRepository;
import org.apache.camel.support.DefaultRegistry;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.unit.DataSize;

/** The journal and its delivery, without the rest of the service. */
final class DeliveringService implements AutoCloseable {
    static final String KEY = "a-key";
    static final String WORKSPACE = "a-workspace";
    static final String PROJECT = "llm-twin-course-monitoring";

    private final AnnotationConfigApplicationContext parts = new AnnotationConfigApplicationContext();
    private final CamelContext routes;

    /** A service that keeps its things in {@code home}. */
    DeliveringService(Path home, Map<String, Object> settings) throws Exception {
        Map<String, Object> all = new HashMap<>(Map.of(
                "llm-twin.home", home.toString(),
                "llm-twin.comet.project", "llm-twin-course",
                "llm-twin.delivery.interval", "5ms",
                "llm-twin.delivery.timeout", "10s",
                "llm-twin.delivery.first-pause", "5ms",
                "llm-twin.delivery.longest-pause", "50ms"));
        all.putAll(settings);
        parts.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", all));
        parts.register(Parts.class);
        parts.refresh();
        routes = parts.getBean(CamelContext.class);
        PropertiesComponent properties = (PropertiesComponent) routes.getPropertiesComponent();
        all.forEach((name, value) -> properties.addOverrideProperty(name, value.toString()));
        for (String file : List.of("comet", "opik", "deliver")) {
            PluginHelper.getRoutesLoader(routes)
                    .loadRoutes(ResourceHelper.resolveResource(
                            routes, "classpath:routes/delivery/" + file + ".camel.yaml"));
        }
        routes.start();
    }

    /** Settings that deliver to Comet at {@code server}. */
    static Map<String, Object> comet(RecordingServer server) {
        return Map.of(
                "llm-twin.comet.api-key", KEY,
                "llm-twin.comet.workspace", WORKSPACE,
                "llm-twin.comet.url-override", server.cometUrl().toString());
    }

    /** Settings that deliver to Opik at {@code server}. */
    static Map<String, Object> opik(RecordingServer server) {
        return Map.of(
                "llm-twin.opik.api-key", KEY,
                "llm-twin.opik.workspace", WORKSPACE,
                "llm-twin.opik.url-override", server.opikUrl().toString());
    }

    void record(PromptRecord record) throws IOException {
        append(Kind.PROMPT, record.traceId(), parts.getBean(ObjectMapper.class).writeValueAsBytes(record));
    }

    void append(Kind kind, UUID traceId, byte[] content) {
        parts.getBean(Journal.class).append(kind, traceId, content);
    }

    Journal journal() {
        return parts.getBean(Journal.class);
    }

    Delivery delivery(String target) {
        return parts.getBean(target + "Delivery", Delivery.class);
    }

    Redelivery redelivery() {
        return parts.getBean(Redelivery.class);
    }

    @Override
    public void close() {
        parts.close();
    }

    /** Not a {@code @Configuration}: whatever scans this package for the whole service must not find it. */
    @ComponentScan({"io.llmtwin.monitoring.delivery", "io.llmtwin.monitoring.comet", "io.llmtwin.monitoring.opik"})
    @Import(Deliveries.class)
    @EnableConfigurationProperties({ServiceHome.class, DeliverySettings.class, CometSettings.class, OpikSettings.class})
    static class Parts {

        @Bean
        ObjectMapper json() {
            return JsonMapper.builder()
                    .findAndAddModules()
                    .disable(com.fasterxml.jackson.databind.SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                    .disable(com.fasterxml.jackson.databind.DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build();
        }

        @Bean
        Journal journal(ServiceHome home) throws IOException {
            return Journal.open(
                    home.journal(),
                    new JournalSettings(DataSize.ofMegabytes(100), Duration.ofDays(30)),
                    Clock.systemUTC());
        }

        @Bean(destroyMethod = "stop")
        CamelContext routes(ApplicationContext parts) {
            DefaultCamelContext context = new DefaultCamelContext(false);
            context.getCamelContextExtension()
                    .setRegistry(new DefaultRegistry(new ApplicationContextBeanRepository(parts)));
            context.build();
            return context;
        }

        @Bean
        ProducerTemplate template(CamelContext routes) {
            return routes.createProducerTemplate();
        }
    }
}
