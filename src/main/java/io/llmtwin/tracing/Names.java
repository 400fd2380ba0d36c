package io.llmtwin.tracing;

import static io.opentelemetry.api.common.AttributeKey.booleanKey;
import static io.opentelemetry.api.common.AttributeKey.doubleKey;
import static io.opentelemetry.api.common.AttributeKey.longKey;
import static io.opentelemetry.api.common.AttributeKey.stringArrayKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;

import io.opentelemetry.api.common.AttributeKey;
import java.util.List;

/**
 * Names of attributes, by OpenTelemetry's semantic conventions: those of HTTP, RPC and errors are stable, those of
 * generative AI in development. What is the service's own begins with {@code llm_twin}.
 */
final class Names {
    static final AttributeKey<String> HTTP_METHOD = stringKey("http.request.method");
    static final AttributeKey<String> HTTP_ROUTE = stringKey("http.route");
    static final AttributeKey<Long> HTTP_STATUS = longKey("http.response.status_code");
    static final AttributeKey<String> URL_SCHEME = stringKey("url.scheme");
    static final AttributeKey<String> URL_PATH = stringKey("url.path");
    static final AttributeKey<String> SERVER_ADDRESS = stringKey("server.address");
    static final AttributeKey<Long> SERVER_PORT = longKey("server.port");
    static final AttributeKey<String> ERROR_TYPE = stringKey("error.type");

    static final AttributeKey<String> RPC_SYSTEM = stringKey("rpc.system");
    static final AttributeKey<String> RPC_SERVICE = stringKey("rpc.service");
    static final AttributeKey<String> RPC_METHOD = stringKey("rpc.method");
    static final AttributeKey<Long> GRPC_STATUS = longKey("rpc.grpc.status_code");
    static final AttributeKey<String> DB_SYSTEM = stringKey("db.system.name");
    static final AttributeKey<String> DB_COLLECTION = stringKey("db.collection.name");

    static final AttributeKey<String> OPERATION = stringKey("gen_ai.operation.name");
    static final AttributeKey<String> PROVIDER = stringKey("gen_ai.provider.name");
    /** What the conventions called the provider before; Opik reads this one. */
    static final AttributeKey<String> SYSTEM = stringKey("gen_ai.system");

    static final AttributeKey<String> REQUEST_MODEL = stringKey("gen_ai.request.model");
    static final AttributeKey<Double> TEMPERATURE = doubleKey("gen_ai.request.temperature");
    static final AttributeKey<Long> MAX_TOKENS = longKey("gen_ai.request.max_tokens");
    static final AttributeKey<Double> TOP_P = doubleKey("gen_ai.request.top_p");
    static final AttributeKey<String> RESPONSE_MODEL = stringKey("gen_ai.response.model");
    static final AttributeKey<List<String>> FINISH_REASONS = stringArrayKey("gen_ai.response.finish_reasons");
    static final AttributeKey<Long> INPUT_TOKENS = longKey("gen_ai.usage.input_tokens");
    static final AttributeKey<Long> OUTPUT_TOKENS = longKey("gen_ai.usage.output_tokens");
    static final AttributeKey<String> CONVERSATION = stringKey("gen_ai.conversation.id");
    static final AttributeKey<String> INPUT_MESSAGES = stringKey("gen_ai.input.messages");
    static final AttributeKey<String> OUTPUT_MESSAGES = stringKey("gen_ai.output.messages");
    /** In seconds, from the beginning of the call; the conventions have the name for a metric of servers. */
    static final AttributeKey<Double> TIME_TO_FIRST_TOKEN = doubleKey("gen_ai.server.time_to_first_token");

    static final AttributeKey<String> TRACE_ID = stringKey("llm_twin.trace_id");
    static final AttributeKey<String> REVISION = stringKey("llm_twin.revision");
    static final AttributeKey<List<String>> WARNINGS = stringArrayKey("llm_twin.warnings");
    static final AttributeKey<Boolean> STREAM = booleanKey("llm_twin.stream");

    /** The wire is OpenAI's, whoever made the model: what the conventions ask for where that is all that is known. */
    static final String OPENAI = "openai";

    private Names() {}
}
