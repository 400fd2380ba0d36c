package io.llmtwin.retrieval.qdrant;

import io.qdrant.client.QdrantClient;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.component.qdrant.QdrantComponent;
import org.apache.camel.component.qdrant.QdrantConfiguration;
import org.apache.camel.spi.annotations.Component;

/**
 * camel-qdrant, with these additions under the same {@code qdrant:COLLECTION} and the same headers:
 *
 * <ul>
 *   <li>what follows a call runs on the caller's thread; camel-qdrant's producer runs it on its own single one, so that
 *       requests queue behind each other;
 *   <li>without a {@code CamelQdrantAction} the action is the endpoint's {@code action}, SIMILARITY_SEARCH by default;
 *   <li>a search takes its filter and limit from the headers {@value ConcurrentQdrantProducer#FILTER} and {@value
 *       ConcurrentQdrantProducer#LIMIT} where they are set;
 *   <li>a body of several {@code QueryPoints} is one batch for each collection, all at the same time;
 *   <li>a request that Qdrant finds wrong (INVALID_ARGUMENT) is a {@link RefusedRequestException}.
 * </ul>
 */
@Component("qdrant")
public final class ConcurrentQdrantComponent extends QdrantComponent {

    /** A component whose endpoints share {@code client}, each call limited to {@code timeout}. */
    public ConcurrentQdrantComponent(QdrantClient client, Duration timeout) {
        QdrantConfiguration configuration = new QdrantConfiguration();
        configuration.setClient(client);
        configuration.setTimeout(timeout);
        setConfiguration(configuration);
    }

    @Override
    protected Endpoint createEndpoint(String uri, String collection, Map<String, Object> parameters) throws Exception {
        ConcurrentQdrantEndpoint endpoint = new ConcurrentQdrantEndpoint(
                uri, this, collection, getConfiguration().copy());
        setProperties(endpoint, parameters);
        return endpoint;
    }
}
