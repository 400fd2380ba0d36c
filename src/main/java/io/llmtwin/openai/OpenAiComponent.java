package io.llmtwin.openai;

import java.time.Duration;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;
import org.jspecify.annotations.Nullable;

/**
 * {@code openai:chat-completion} asks a model of OpenAI's, or of any server that speaks its API, through the official
 * Java client. What is set here is what endpoints have unless they say otherwise.
 */
@Component("openai")
public final class OpenAiComponent extends DefaultComponent {
    @Metadata(secret = true)
    private @Nullable String apiKey;

    @Metadata
    private @Nullable String baseUrl;

    @Metadata
    private @Nullable String model;

    private @Nullable Duration timeout;

    @Override
    protected Endpoint createEndpoint(String uri, String operation, Map<String, Object> parameters) throws Exception {
        if (!OpenAiEndpoint.CHAT_COMPLETION.equals(operation)) {
            throw new IllegalArgumentException(
                    "openai: can do " + OpenAiEndpoint.CHAT_COMPLETION + ", not " + operation);
        }
        OpenAiEndpoint endpoint = new OpenAiEndpoint(uri, this, operation);
        endpoint.setApiKey(apiKey);
        if (baseUrl != null) {
            endpoint.setBaseUrl(baseUrl);
        }
        endpoint.setModel(model);
        setProperties(endpoint, parameters);
        return endpoint;
    }

    /** Sent as a bearer token. Unset: the environment's {@code OPENAI_API_KEY}, or the property openai.api.key. */
    public @Nullable String getApiKey() {
        return apiKey;
    }

    public void setApiKey(@Nullable String apiKey) {
        this.apiKey = apiKey;
    }

    /** Of the server, with its version, such as {@code http://host:8000/v1}. */
    public @Nullable String getBaseUrl() {
        return baseUrl;
    }

    public void setBaseUrl(@Nullable String baseUrl) {
        this.baseUrl = baseUrl;
    }

    /** Name of the model. */
    public @Nullable String getModel() {
        return model;
    }

    public void setModel(@Nullable String model) {
        this.model = model;
    }

    /** The longest that a call may take, its retries not counted; null for the client's own ten minutes. */
    public @Nullable Duration getTimeout() {
        return timeout;
    }

    public void setTimeout(@Nullable Duration timeout) {
        this.timeout = timeout;
    }
}
