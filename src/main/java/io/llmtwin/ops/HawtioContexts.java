package io.llmtwin.ops;

import io.llmtwin.keys.KeyRing;
import io.llmtwin.pipeline.RevisionCustomizer;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.BacklogTracer;
import org.apache.camel.spi.ModelToYAMLDumper;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What Hawtio sees of Camel: the main context and each revision's, under their own names in JMX for as long as they run,
 * with a tracer that is off until it is switched on. Without Hawtio, or without keys that would open it, there is no JMX,
 * which each revision would pay for.
 */
@Configuration
class HawtioContexts {
    /**
     * Routes and steps whose messages may be shown. Those that call a model or a monitoring service have its key in a
     * header.
     */
    private static final String TRACED = "(?!ask-|comet|opik).*";

    /** Messages that a tracer keeps until they are looked at. A request with sources has some 130. */
    private static final int BACKLOG = 1000;

    private final boolean enabled;

    HawtioContexts(@Value("${management.endpoint.hawtio.enabled}") boolean enabled, KeyRing keys) {
        this.enabled = enabled && !keys.isEmpty();
    }

    @Bean
    RevisionCustomizer hawtioInRevisions() {
        return (context, files) -> setUp(context);
    }

    @Bean
    CamelContextConfiguration hawtioInMainContext() {
        return new CamelContextConfiguration() {
            @Override
            public void beforeApplicationStart(CamelContext context) {
                setUp(context);
            }

            @Override
            public void afterApplicationStart(CamelContext context) {}
        };
    }

    private void setUp(CamelContext context) {
        if (!enabled) {
            context.disableJMX();
            return;
        }
        context.getCamelContextExtension().addContextPlugin(ModelToYAMLDumper.class, new RouteSource());
        HawtioTracer.register(context);
        context.setBacklogTracingStandby(true);
        BacklogTracer tracer = context.getCamelContextExtension().getContextPlugin(BacklogTracer.class);
        if (tracer == null) {
            tracer = org.apache.camel.impl.debugger.BacklogTracer.createTracer(context);
            context.getCamelContextExtension().addContextPlugin(BacklogTracer.class, tracer);
        }
        tracer.setTracePattern(TRACED);
        tracer.setBacklogSize(BACKLOG);
    }
}
