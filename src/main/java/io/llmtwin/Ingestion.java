package io.llmtwin;

import io.llmtwin.ingest.Corpus;
import io.llmtwin.ingest.CorpusSync;
import io.llmtwin.ingest.IngestSettings;
import io.llmtwin.ingest.Ingestor;
import io.llmtwin.ingest.PointStore;
import io.llmtwin.ingest.Uploads;
import io.llmtwin.pipeline.PipelineSettings;
import io.llmtwin.retrieval.Embedder;
import io.qdrant.client.QdrantClient;
import java.nio.file.Path;
import org.apache.camel.ProducerTemplate;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** The way of documents into the store. The corpus follows once the service serves. */
@Configuration
class Ingestion {
    private static final String OWN_MATERIAL = "corpus/llm-twin";

    private final ObjectProvider<CorpusSync> sync;

    Ingestion(ObjectProvider<CorpusSync> sync) {
        this.sync = sync;
    }

    @EventListener(ApplicationReadyEvent.class)
    void followTheCorpus() {
        sync.ifAvailable(CorpusSync::start);
    }

    /** Before the routes stop, which its upserts go through. */
    @EventListener(ContextClosedEvent.class)
    void leaveTheCorpus() {
        sync.ifAvailable(CorpusSync::close);
    }

    @Configuration
    static class Parts {

        @Bean
        PointStore pointStore(ProducerTemplate routes) {
            return (collection, points) -> {
                var stored = routes.send("direct:upsert-points", exchange -> {
                    exchange.setVariable("collection", collection);
                    exchange.getMessage().setBody(points);
                });
                if (stored.getException() != null) {
                    throw new IllegalStateException("the points could not be stored", stored.getException());
                }
            };
        }

        @Bean
        Ingestor ingestor(@Qualifier("passageEmbedder") Embedder embedder, PointStore points, QdrantClient client) {
            return new Ingestor(embedder, points, client);
        }

        @Bean
        Uploads uploads(
                @Qualifier("passageEmbedder") Embedder embedder,
                PointStore points,
                QdrantClient client,
                IngestSettings settings,
                PipelineSettings pipeline) {
            return new Uploads(
                    Ingestor.forClients(embedder, points, client), settings.maxPendingChunks(), pipeline.deadline());
        }

        @Bean
        @Conditional(CorpusIsSet.class)
        CorpusSync corpusSync(IngestSettings settings, Ingestor ingestor) {
            Corpus corpus = settings.isOwnMaterial()
                    ? Corpus.ofClasspath(OWN_MATERIAL)
                    : Corpus.of(Path.of(settings.corpus().strip()), settings.author());
            return new CorpusSync(corpus, ingestor);
        }
    }

    /** The project's own material goes into the embedded store alone: a server is somebody's. */
    static final class CorpusIsSet implements Condition {
        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            Environment settings = context.getEnvironment();
            String corpus = settings.getProperty("llm-twin.ingest.corpus", "").strip();
            boolean isEmbedded =
                    settings.getProperty("llm-twin.qdrant.host", "").isBlank()
                            && !settings.getProperty("llm-twin.qdrant.use-cloud", Boolean.class, false);
            return corpus.isEmpty() ? isEmbedded : !IngestSettings.NONE.equalsIgnoreCase(corpus);
        }
    }
}
