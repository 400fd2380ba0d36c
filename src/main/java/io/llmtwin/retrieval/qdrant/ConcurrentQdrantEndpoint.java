package io.llmtwin.retrieval.qdrant;

import org.apache.camel.Producer;
import org.apache.camel.component.qdrant.QdrantAction;
import org.apache.camel.component.qdrant.QdrantConfiguration;
import org.apache.camel.component.qdrant.QdrantEndpoint;
import org.apache.camel.spi.UriParam;

/** A {@code qdrant:} endpoint of {@link ConcurrentQdrantComponent}. */
public final class ConcurrentQdrantEndpoint extends QdrantEndpoint {
    @UriParam(defaultValue = "SIMILARITY_SEARCH")
    private QdrantAction action = QdrantAction.SIMILARITY_SEARCH;

    ConcurrentQdrantEndpoint(
            String uri, ConcurrentQdrantComponent component, String collection, QdrantConfiguration configuration) {
        super(uri, component, collection, configuration);
    }

    /** What to do with a message that names no {@code CamelQdrantAction}. */
    public QdrantAction getAction() {
        return action;
    }

    public void setAction(QdrantAction action) {
        this.action = action;
    }

    @Override
    public Producer createProducer() {
        return new ConcurrentQdrantProducer(this);
    }
}
