package io.llmtwin.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.models.ResponseFormatJsonSchema;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessageParam;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;
import org.apache.camel.support.ScriptHelper;
import org.apache.camel.support.SynchronizationAdapter;
import org.jspecify.annotations.Nullable;

/** The producer of {@link OpenAiEndpoint}: a header wins over the option of the same name. */
final class OpenAiProducer extends DefaultProducer {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final OpenAiEndpoint endpoint;

    OpenAiProducer(OpenAiEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        Message message = exchange.getMessage();
        List<ChatCompletionMessageParam> conversation = conversation(exchange);
        ChatCompletionCreateParams request = request(message, conversation);
        if (message.getHeader(OpenAiHeaders.STREAMING, endpoint.isStreaming(), boolean.class)) {
            stream(exchange, request);
        } else {
            answer(exchange, endpoint.client().chat().completions().create(request), conversation);
        }
    }

    @SuppressWarnings("MustBeClosedChecker") // closed when the exchange is done with it
    private void stream(Exchange exchange, ChatCompletionCreateParams request) {
        StreamResponse<ChatCompletionChunk> chunks =
                endpoint.client().chat().completions().createStreaming(request);
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                chunks.close();
            }
        });
        exchange.getMessage().setBody(chunks.stream().iterator());
    }

    private void answer(Exchange exchange, ChatCompletion completion, List<ChatCompletionMessageParam> conversation) {
        if (completion.choices().isEmpty()) {
            throw new IllegalStateException("the answer has no choice");
        }
        ChatCompletion.Choice choice = completion.choices().get(0);
        Message message = exchange.getMessage();
        message.setBody(choice.message().content().orElse(""));
        message.setHeader(OpenAiHeaders.RESPONSE_ID, completion.id());
        message.setHeader(OpenAiHeaders.RESPONSE_MODEL, completion.model());
        message.setHeader(OpenAiHeaders.FINISH_REASON, choice.finishReason().toString());
        completion.usage().ifPresent(usage -> {
            message.setHeader(OpenAiHeaders.PROMPT_TOKENS, usage.promptTokens());
            message.setHeader(OpenAiHeaders.COMPLETION_TOKENS, usage.completionTokens());
            message.setHeader(OpenAiHeaders.TOTAL_TOKENS, usage.totalTokens());
        });
        if (endpoint.isStoreFullResponse()) {
            exchange.setProperty(OpenAiHeaders.RESPONSE, completion);
        }
        if (endpoint.isConversationMemory()) {
            List<ChatCompletionMessageParam> remembered = new ArrayList<>(conversation);
            remembered.add(
                    ChatCompletionMessageParam.ofAssistant(choice.message().toParam()));
            exchange.setProperty(endpoint.getConversationHistoryProperty(), remembered);
        }
    }

    /** What was said so far, if that is remembered, and the question. */
    private List<ChatCompletionMessageParam> conversation(Exchange exchange) throws Exception {
        List<ChatCompletionMessageParam> conversation = new ArrayList<>();
        if (endpoint.isConversationMemory()
                && exchange.getProperty(endpoint.getConversationHistoryProperty()) instanceof List<?> history) {
            history.forEach(said -> conversation.add((ChatCompletionMessageParam) said));
        }
        Message message = exchange.getMessage();
        conversation.add(UserMessage.of(
                message, header(message, OpenAiHeaders.USER_MESSAGE, endpoint.getUserMessage(), String.class)));
        return conversation;
    }

    private ChatCompletionCreateParams request(Message message, List<ChatCompletionMessageParam> conversation)
            throws Exception {
        ChatCompletionCreateParams.Builder request = ChatCompletionCreateParams.builder();
        String model = header(message, OpenAiHeaders.MODEL, endpoint.getModel(), String.class);
        if (model == null) {
            throw new IllegalArgumentException("openai: needs a model");
        }
        request.model(model);
        String system = header(message, OpenAiHeaders.SYSTEM_MESSAGE, endpoint.getSystemMessage(), String.class);
        if (system != null) {
            request.addSystemMessage(system);
        }
        String developer =
                header(message, OpenAiHeaders.DEVELOPER_MESSAGE, endpoint.getDeveloperMessage(), String.class);
        if (developer != null) {
            request.addDeveloperMessage(developer);
        }
        conversation.forEach(request::addMessage);
        Double temperature = header(message, OpenAiHeaders.TEMPERATURE, endpoint.getTemperature(), Double.class);
        if (temperature != null) {
            request.temperature(temperature);
        }
        Double topP = header(message, OpenAiHeaders.TOP_P, endpoint.getTopP(), Double.class);
        if (topP != null) {
            request.topP(topP);
        }
        Integer maxTokens = header(message, OpenAiHeaders.MAX_TOKENS, endpoint.getMaxTokens(), Integer.class);
        if (maxTokens != null) {
            limit(request, maxTokens);
        }
        return shaped(message, request);
    }

    /** The older name of the limit, which every compatible server knows. */
    @SuppressWarnings("deprecation")
    private static void limit(ChatCompletionCreateParams.Builder request, int maxTokens) {
        request.maxTokens(maxTokens);
    }

    private ChatCompletionCreateParams shaped(Message message, ChatCompletionCreateParams.Builder request)
            throws Exception {
        String schema = header(message, OpenAiHeaders.JSON_SCHEMA, endpoint.getJsonSchema(), String.class);
        if (schema != null) {
            request.responseFormat(format(ScriptHelper.resolveOptionalExternalScript(
                    endpoint.getCamelContext(), message.getExchange(), schema)));
            return request.build();
        }
        String type = header(message, OpenAiHeaders.OUTPUT_CLASS, endpoint.getOutputClass(), String.class);
        if (type != null) {
            return request.responseFormat(
                            endpoint.getCamelContext().getClassResolver().resolveMandatoryClass(type))
                    .build()
                    .rawParams();
        }
        return request.build();
    }

    private static ResponseFormatJsonSchema format(String schema) {
        Map<String, Object> read;
        try {
            read = JSON.readValue(schema, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("jsonSchema is no JSON object: " + e.getOriginalMessage(), e);
        }
        ResponseFormatJsonSchema.JsonSchema.Schema.Builder properties =
                ResponseFormatJsonSchema.JsonSchema.Schema.builder();
        read.forEach((name, value) -> properties.putAdditionalProperty(name, JsonValue.from(value)));
        return ResponseFormatJsonSchema.builder()
                .jsonSchema(ResponseFormatJsonSchema.JsonSchema.builder()
                        .name("answer")
                        .schema(properties.build())
                        .build())
                .build();
    }

    private static <T> @Nullable T header(Message message, String name, @Nullable T option, Class<T> type) {
        T header = message.getHeader(name, type);
        return header == null ? option : header;
    }
}
