package io.llmtwin;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.llmtwin.monitoring.Journal;
import io.llmtwin.monitoring.JournalSettings;
import io.llmtwin.openai.OpenAiComponent;
import io.llmtwin.pipeline.PipelineSettings;
import io.llmtwin.pipeline.RevisionCustomizer;
import io.llmtwin.pipeline.RevisionStore;
import io.llmtwin.retrieval.QdrantSettings;
import io.llmtwin.retrieval.SearchDeadline;
import io.llmtwin.retrieval.qdrant.ConcurrentQdrantComponent;
import io.qdrant.client.QdrantClient;
import java.io.IOException;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import org.apache.camel.CamelContext;
import org.apache.camel.ErrorHandlerFactory;
import org.apache.camel.model.errorhandler.NoErrorHandlerDefinition;
import org.apache.camel.spi.ComponentCustomizer;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.apache.camel.util.concurrent.SynchronousExecutorService;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What routes find by name, in the main context and in every revision. */
@Configuration
class CamelParts {

    @Bean
    CamelContextConfiguration qdrantInMainContext(QdrantClient client, QdrantSettings settings) {
        return new CamelContextConfiguration() {
            @Override
            public void beforeApplicationStart(CamelContext context) {
                context.addComponent("qdrant", new ConcurrentQdrantComponent(client, settings.timeout()));
            }

            @Override
            public void afterApplicationStart(CamelContext context) {}
        };
    }

    @Bean
    RevisionCustomizer qdrantInRevisions(@Qualifier("searchClient") QdrantClient client, SearchDeadline deadline) {
        return (context, files) ->
                context.addComponent("qdrant", new ConcurrentQdrantComponent(client, deadline.search()));
    }

    /** What an {@code openai:} step of a route has unless it says otherwise. */
    @Bean
    ComponentCustomizer openAiSteps(ExpansionSettings expansion, PipelineSettings pipeline) {
        return ComponentCustomizer.builder(OpenAiComponent.class).build(openai -> {
            openai.setApiKey(expansion.openaiKey());
            openai.setTimeout(pipeline.deadline());
        });
    }

    /**
     * Runs a task where it is submitted. A wiretap on it costs an append to the journal and can't overtake the answer;
     * on Camel's default pool a hung tap would end up on the request's thread all the same once 1,000 are queued.
     */
    @Bean(defaultCandidate = false)
    ExecutorService sameThread() {
        return new SynchronousExecutorService();
    }

    /**
     * Leaves what goes wrong in a route to the one that called it. A bean because Hawtio can draw no diagram, not even of
     * other routes, where a route has an error handler of its own.
     */
    @Bean
    ErrorHandlerFactory errorsGoToTheCaller() {
        return new NoErrorHandlerDefinition();
    }

    @Bean
    RevisionStore revisionStore(ServiceHome home, ObjectMapper json) throws IOException {
        return RevisionStore.open(home.revisions(), json);
    }

    @Bean
    Journal journal(ServiceHome home, JournalSettings settings) throws IOException {
        return Journal.open(home.journal(), settings, Clock.systemUTC());
    }
}
