package io.llmtwin.api;

import com.atlassian.oai.validator.OpenApiInteractionValidator;
import com.atlassian.oai.validator.model.Body;
import com.atlassian.oai.validator.model.SimpleRequest;
import com.atlassian.oai.validator.report.LevelResolver;
import com.atlassian.oai.validator.report.ValidationReport;
import com.atlassian.oai.validator.report.ValidationReport.Level;
import com.atlassian.oai.validator.whitelist.ValidationErrorsWhitelist;
import com.atlassian.oai.validator.whitelist.rule.WhitelistRules;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.llmtwin.retrieval.TextCleaner;
import java.nio.charset.Charset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.spi.RestClientRequestValidator;
import org.apache.camel.support.MessageHelper;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Holds each request against {@code openapi.yaml} before a route sees it. Camel's own validator compiles the contract
 * for each request and answers in plain text; this one compiles it once and answers with a {@link Problem}.
 */
@Component
final class RequestValidator implements RestClientRequestValidator {
    private static final int MAX_REASON = 300;
    /** Levels of a body; the contract has five. */
    private static final int DEEPEST = 64;

    private static final Pattern PATH = Pattern.compile("/([A-Za-z_][\\w/]*)");
    /** Reads JSON that is one value, with no key twice. */
    static final ObjectMapper STRICT = JsonMapper.builder(JsonFactory.builder()
                    .recyclerPool(JsonRecyclerPools.newConcurrentDequePool())
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .build())
                    .build())
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final OpenApiInteractionValidator contract = OpenApiInteractionValidator.createFor("openapi.yaml")
            .withLevelResolver(LevelResolver.create()
                    .withLevel("validation.request.parameter.query.unexpected", Level.IGNORE)
                    .withLevel("validation.request.security", Level.IGNORE)
                    .build())
            .withWhitelist(ValidationErrorsWhitelist.create()
                    .withRule(
                            "a blank id in a path is there all the same, and names nothing",
                            WhitelistRules.messageContainsSubstring("Parameter 'id' is required but is missing")))
            .build();
    private final UploadValidator uploads;
    private final ObjectMapper json;

    RequestValidator(UploadValidator uploads, ObjectMapper json) {
        this.uploads = uploads;
        this.json = json;
    }

    @Override
    public @Nullable ValidationError validate(Exchange exchange, ValidationContext validation) {
        Message message = exchange.getMessage();
        String method = message.getHeader(Exchange.HTTP_METHOD, String.class);
        String body = MessageHelper.extractBodyAsString(message);
        boolean hasBody = body != null && !body.isEmpty();
        if (hasBody && UploadValidator.appliesTo(message)) {
            String fault = uploads.fault(body, message);
            return fault == null ? null : problem(exchange, HttpStatus.BAD_REQUEST, fault);
        }
        SimpleRequest.Builder request =
                new SimpleRequest.Builder(method, message.getHeader(Exchange.HTTP_PATH, String.class));
        if (hasBody) {
            JsonNode parsed;
            try {
                parsed = STRICT.readTree(body);
            } catch (JsonProcessingException e) {
                return problem(exchange, HttpStatus.BAD_REQUEST, "the body is not JSON: " + reason(e));
            }
            String fault = faultInBody(parsed);
            if (fault != null) {
                return problem(exchange, HttpStatus.BAD_REQUEST, fault);
            }
            request.withContentType("application/json").withBody(new ParsedBody(body, parsed));
        }
        for (String parameter : AdmittedRequest.PARAMETERS) {
            Object value = message.getHeader(parameter);
            if (value != null) {
                request.withQueryParam(parameter, value.toString());
            }
        }
        ValidationReport report = contract.validateRequest(request.build());
        return report.hasErrors() ? problem(exchange, HttpStatus.BAD_REQUEST, reasons(report)) : null;
    }

    /** What is wrong with {@code request} whatever the contract says, or null. */
    private static @Nullable String faultInBody(JsonNode request) {
        String fault = faultInText("", request);
        boolean isBlankQuery = request.path("query").isTextual()
                && TextCleaner.clean(request.get("query").textValue()).isEmpty();
        return fault == null && isBlankQuery ? "/query contains no visible character" : fault;
    }

    /** What the parser found, and where. */
    static String reason(JsonProcessingException e) {
        var at = e.getLocation();
        return e.getOriginalMessage()
                + (at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")");
    }

    /** The first string or number below {@code path} that is no text or no number to us, or null. */
    static @Nullable String faultInText(String path, JsonNode node) {
        if (node.isDouble() && !Double.isFinite(node.doubleValue())) {
            return path + " is too large a number";
        }
        if (node.isTextual()) {
            String text = node.textValue();
            if (text.indexOf('\0') >= 0) {
                return path + " contains a NUL character";
            }
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1))) {
                    i++;
                } else if (Character.isSurrogate(c)) {
                    return path + " contains half of a surrogate pair, which is no character";
                }
            }
        }
        for (var field : node.properties()) {
            String fault = faultInText(path + "/" + field.getKey(), field.getValue());
            if (fault != null) {
                return fault;
            }
        }
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                String fault = faultInText(path + "/" + i, node.get(i));
                if (fault != null) {
                    return fault;
                }
            }
        }
        return null;
    }

    /** The errors of {@code report}, five at most. */
    static String reasons(ValidationReport report) {
        return report.getMessages().stream()
                .filter(message -> message.getLevel() == Level.ERROR)
                .map(message -> shortened(message.getMessage()))
                .distinct()
                .limit(5)
                .collect(Collectors.joining("; "));
    }

    /** A message without most of the input that it may quote. */
    private static String shortened(String message) {
        return message.length() <= MAX_REASON ? message : message.substring(0, MAX_REASON) + "…";
    }

    /** The field that {@code detail} puts first, in OpenAI's notation; null where it names none. */
    private static @Nullable String parameter(String detail) {
        Matcher path = PATH.matcher(detail);
        return path.find() ? path.group(1).replaceAll("/(\\d+)", "[$1]").replace('/', '.') : null;
    }

    private ValidationError problem(Exchange exchange, HttpStatus status, String detail) {
        Message message = exchange.getMessage();
        String traceId = message.getHeader(Door.TRACE_ID, String.class);
        boolean isOpenAi = ApiPath.isOpenAi(message.getHeader(Exchange.HTTP_PATH, "", String.class));
        message.removeHeaders("*");
        message.setHeader(Exchange.CONTENT_TYPE, isOpenAi ? "application/json" : Problem.MEDIA_TYPE);
        Object body = isOpenAi
                ? OpenAiError.of(status, detail, parameter(detail), null)
                : Problem.of(status, detail, traceId);
        try {
            return new ValidationError(status.value(), json.writeValueAsString(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A body that the contract's validator needn't parse once more. */
    private static final class ParsedBody implements Body {
        private final String text;
        private final JsonNode parsed;

        ParsedBody(String text, JsonNode parsed) {
            this.text = text;
            this.parsed = parsed;
        }

        @Override
        public boolean hasBody() {
            return true;
        }

        @Override
        public JsonNode toJsonNode() {
            return parsed;
        }

        @Override
        public String toString(Charset encoding) {
            return text;
        }
    }
}
