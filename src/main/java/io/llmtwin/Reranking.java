package io.llmtwin;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.model.scoring.ScoringModel;
import io.llmtwin.embedded.embedding.Candidate;
import io.llmtwin.embedded.embedding.LateInteraction;
import io.llmtwin.embedded.embedding.OnnxCrossEncoder;
import io.llmtwin.pipeline.PipelineSettings;
import io.llmtwin.retrieval.BoundedServer;
import io.llmtwin.retrieval.BoundedServers;
import io.llmtwin.retrieval.RelevanceModel;
import io.llmtwin.retrieval.RerankServer;
import io.llmtwin.retrieval.RerankSettings;
import io.llmtwin.tracing.UpstreamTracing;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/** Which model stands behind the bean {@code reranker}. */
@Configuration
class Reranking {
    private static final Logger LOG = LoggerFactory.getLogger(Reranking.class);
    /** One part in so many of a request's deadline is the most that a server may take of it: the answer needs the rest. */
    private static final int SHARE = 2;

    /** Late interaction also where RERANK names no model, once a route of one's own calls the bean all the same. */
    @Bean
    RelevanceModel relevanceModel(
            RerankSettings settings,
            ObjectProvider<RerankServer> server,
            ObjectProvider<OnnxCrossEncoder> crossEncoder,
            ObjectProvider<LateInteraction> lateInteraction,
            BoundedServers servers,
            PipelineSettings pipeline) {
        LOG.info("reranker: {}", settings);
        return switch (settings.by()) {
            case HTTP ->
                bounded(
                        scoredBy(server.getObject(), settings.depth()),
                        servers.add(
                                "rerank",
                                Objects.requireNonNull(settings.url()),
                                pipeline.share(settings.timeout(), SHARE),
                                Upstreams.PAUSE));
            case CROSS_ENCODER -> scoredBy(crossEncoder.getObject(), settings.depth());
            case AUTO, LATE_INTERACTION -> comparedBy(lateInteraction.getObject());
            case LLM, NONE ->
                (question, passages) -> comparedBy(lateInteraction.getObject()).scores(question, passages);
        };
    }

    @Bean
    @Lazy
    RerankServer rerankServer(RerankSettings settings, UpstreamTracing tracing) {
        HttpClient client = tracing.traced(Upstreams.httpClient())
                .connectTimeout(settings.timeout())
                .readTimeout(settings.timeout())
                .build();
        return new RerankServer(client, Objects.requireNonNull(settings.url()), settings.model(), settings.apiKey());
    }

    private static RelevanceModel scoredBy(ScoringModel model, int depth) {
        return (question, passages) -> model.scoreAll(
                        passages.stream()
                                .limit(depth)
                                .map(passage -> TextSegment.from(passage.content()))
                                .toList(),
                        question)
                .content();
    }

    private static RelevanceModel bounded(RelevanceModel model, BoundedServer server) {
        return (question, passages) -> server.call(() -> model.scores(question, passages));
    }

    private static RelevanceModel comparedBy(LateInteraction model) {
        return (question, passages) -> model.scores(
                question,
                passages.stream()
                        .map(passage -> new Candidate(passage.content(), passage.score(), passage.vector()))
                        .toList());
    }
}
