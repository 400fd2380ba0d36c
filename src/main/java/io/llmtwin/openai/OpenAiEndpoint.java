package io.llmtwin.openai;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import java.util.stream.Stream;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;
import org.jspecify.annotations.Nullable;

/** An {@code openai:} endpoint; the options are those of camel-openai. It has a client, and so a connection pool, of its own. */
@UriEndpoint(
        firstVersion = "4.17.0",
        scheme = "openai",
        title = "OpenAI",
        syntax = "openai:operation",
        producerOnly = true,
        category = {Category.AI})
public final class OpenAiEndpoint extends DefaultEndpoint {
    static final String CHAT_COMPLETION = "chat-completion";
    private static final String DEFAULT_BASE_URL = "https://api.openai.com/v1";
    private static final String HISTORY = "CamelOpenAIConversationHistory";
    /** For servers that ask for no key: the client insists on one. */
    private static final String NO_KEY = "none";

    @UriPath
    @Metadata(required = true)
    private final String operation;

    @UriParam(label = "security", secret = true)
    private @Nullable String apiKey;

    @UriParam(defaultValue = DEFAULT_BASE_URL)
    private String baseUrl = DEFAULT_BASE_URL;

    @UriParam
    private @Nullable String model;

    @UriParam
    private @Nullable String userMessage;

    @UriParam
    private @Nullable String systemMessage;

    @UriParam
    private @Nullable String developerMessage;

    @UriParam
    private @Nullable Double temperature;

    @UriParam
    private @Nullable Double topP;

    @UriParam
    private @Nullable Integer maxTokens;

    @UriParam(defaultValue = "false")
    private boolean streaming;

    @UriParam
    private @Nullable String outputClass;

    @UriParam
    private @Nullable String jsonSchema;

    @UriParam(defaultValue = "false")
    private boolean conversationMemory;

    @UriParam(defaultValue = HISTORY)
    private String conversationHistoryProperty = HISTORY;

    @UriParam(defaultValue = "false")
    private boolean storeFullResponse;

    private @Nullable OpenAIClient client;

    OpenAiEndpoint(String uri, OpenAiComponent component, String operation) {
        super(uri, component);
        this.operation = operation;
    }

    @Override
    public Producer createProducer() {
        return new OpenAiProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException("openai: can be called, not consumed from");
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        OpenAIOkHttpClient.Builder builder =
                OpenAIOkHttpClient.builder().baseUrl(baseUrl).apiKey(key());
        if (getComponent() instanceof OpenAiComponent component && component.getTimeout() != null) {
            builder.timeout(component.getTimeout());
        }
        client = builder.build();
    }

    @Override
    protected void doStop() throws Exception {
        if (client != null) {
            client.close();
            client = null;
        }
        super.doStop();
    }

    OpenAIClient client() {
        if (client == null) {
            throw new IllegalStateException("the endpoint is not started");
        }
        return client;
    }

    private String key() {
        return Stream.of(apiKey, System.getenv("OPENAI_API_KEY"), System.getProperty("openai.api.key"))
                .filter(key -> key != null && !key.isBlank())
                .findFirst()
                .orElse(NO_KEY);
    }

    /** What is asked for; always {@code chat-completion}. */
    public String getOperation() {
        return operation;
    }

    /** Sent as a bearer token. */
    public @Nullable String getApiKey() {
        return apiKey;
    }

    public void setApiKey(@Nullable String apiKey) {
        this.apiKey = apiKey;
    }

    /** Of the server, with its version. */
    public String getBaseUrl() {
        return baseUrl;
    }

    public void setBaseUrl(String baseUrl) {
        this.baseUrl = baseUrl;
    }

    /** Name of the model. */
    public @Nullable String getModel() {
        return model;
    }

    public void setModel(@Nullable String model) {
        this.model = model;
    }

    /** The question; unset, the body is. */
    public @Nullable String getUserMessage() {
        return userMessage;
    }

    public void setUserMessage(@Nullable String userMessage) {
        this.userMessage = userMessage;
    }

    /** Goes before the conversation. */
    public @Nullable String getSystemMessage() {
        return systemMessage;
    }

    public void setSystemMessage(@Nullable String systemMessage) {
        this.systemMessage = systemMessage;
    }

    /** Goes before the conversation, after the system message. */
    public @Nullable String getDeveloperMessage() {
        return developerMessage;
    }

    public void setDeveloperMessage(@Nullable String developerMessage) {
        this.developerMessage = developerMessage;
    }

    /** From 0 to 2. */
    public @Nullable Double getTemperature() {
        return temperature;
    }

    public void setTemperature(@Nullable Double temperature) {
        this.temperature = temperature;
    }

    /** From 0 to 1. */
    public @Nullable Double getTopP() {
        return topP;
    }

    public void setTopP(@Nullable Double topP) {
        this.topP = topP;
    }

    /** Limit of the answer's length. */
    public @Nullable Integer getMaxTokens() {
        return maxTokens;
    }

    public void setMaxTokens(@Nullable Integer maxTokens) {
        this.maxTokens = maxTokens;
    }

    /** Whether the body becomes an iterator of chunks as they come. */
    public boolean isStreaming() {
        return streaming;
    }

    public void setStreaming(boolean streaming) {
        this.streaming = streaming;
    }

    /** Name of a class whose shape the answer's JSON is to have. */
    public @Nullable String getOutputClass() {
        return outputClass;
    }

    public void setOutputClass(@Nullable String outputClass) {
        this.outputClass = outputClass;
    }

    /** Schema that the answer's JSON is to have; a JSON object, or {@code resource:} and where one is. */
    public @Nullable String getJsonSchema() {
        return jsonSchema;
    }

    public void setJsonSchema(@Nullable String jsonSchema) {
        this.jsonSchema = jsonSchema;
    }

    /** Whether the exchange remembers question and answer for its next call. */
    public boolean isConversationMemory() {
        return conversationMemory;
    }

    public void setConversationMemory(boolean conversationMemory) {
        this.conversationMemory = conversationMemory;
    }

    /** Exchange property that the conversation is remembered in. */
    public String getConversationHistoryProperty() {
        return conversationHistoryProperty;
    }

    public void setConversationHistoryProperty(String conversationHistoryProperty) {
        this.conversationHistoryProperty = conversationHistoryProperty;
    }

    /** Whether the exchange property {@code CamelOpenAIResponse} gets the whole answer. */
    public boolean isStoreFullResponse() {
        return storeFullResponse;
    }

    public void setStoreFullResponse(boolean storeFullResponse) {
        this.storeFullResponse = storeFullResponse;
    }
}
