package io.llmtwin.openai;

/** Headers and exchange properties of camel-openai. */
final class OpenAiHeaders {
    static final String USER_MESSAGE = "CamelOpenAIUserMessage";
    static final String SYSTEM_MESSAGE = "CamelOpenAISystemMessage";
    static final String DEVELOPER_MESSAGE = "CamelOpenAIDeveloperMessage";
    static final String MODEL = "CamelOpenAIModel";
    static final String TEMPERATURE = "CamelOpenAITemperature";
    static final String TOP_P = "CamelOpenAITopP";
    static final String MAX_TOKENS = "CamelOpenAIMaxTokens";
    static final String STREAMING = "CamelOpenAIStreaming";
    static final String OUTPUT_CLASS = "CamelOpenAIOutputClass";
    static final String JSON_SCHEMA = "CamelOpenAIJsonSchema";

    static final String RESPONSE_MODEL = "CamelOpenAIResponseModel";
    static final String RESPONSE_ID = "CamelOpenAIResponseId";
    static final String FINISH_REASON = "CamelOpenAIFinishReason";
    static final String PROMPT_TOKENS = "CamelOpenAIPromptTokens";
    static final String COMPLETION_TOKENS = "CamelOpenAICompletionTokens";
    static final String TOTAL_TOKENS = "CamelOpenAITotalTokens";

    /** Exchange property. */
    static final String RESPONSE = "CamelOpenAIResponse";

    private OpenAiHeaders() {}
}
