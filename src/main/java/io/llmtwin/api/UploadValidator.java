package io.llmtwin.api;

import com.atlassian.oai.validator.report.MessageResolver;
import com.atlassian.oai.validator.report.ValidationReport;
import com.atlassian.oai.validator.schema.SchemaValidator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.media.Schema;
import java.util.Iterator;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Holds each document that a client sends against the schema {@code Document} of {@code openapi.yaml}, and says which of
 * them is at fault. Held against the body as a whole, "one of a document and a list of them", the contract's validator
 * could only say that the body is neither.
 */
@Component
final class UploadValidator {
    private static final String NDJSON = "application/x-ndjson";

    private final SchemaValidator contract;
    private final Schema<?> document;

    UploadValidator(OpenAPI contract) {
        this.contract = new SchemaValidator(contract, new MessageResolver());
        this.document = Objects.requireNonNull(
                contract.getComponents().getSchemas().get("Document"), "openapi.yaml has no schema Document");
    }

    /** Whether {@code request} brings documents. */
    static boolean appliesTo(Message request) {
        return "POST".equals(request.getHeader(Exchange.HTTP_METHOD, String.class))
                && ApiPath.DOCUMENTS.equals(request.getHeader(Exchange.HTTP_PATH, String.class));
    }

    /** Whether the body of {@code request} is a document to a line. */
    static boolean isLines(Message request) {
        String type = request.getHeader(Exchange.CONTENT_TYPE, "", String.class);
        return type.regionMatches(true, 0, NDJSON, 0, NDJSON.length());
    }

    /** What is wrong with {@code body}, and where, or null. */
    @Nullable
    String fault(String body, Message request) {
        return isLines(request) ? faultInLines(body) : faultInJson(body);
    }

    private @Nullable String faultInJson(String body) {
        JsonNode json;
        try {
            json = RequestValidator.STRICT.readTree(body);
        } catch (JsonProcessingException e) {
            return "the body is not JSON: " + RequestValidator.reason(e);
        }
        if (!json.isArray()) {
            return fault(json, "");
        }
        for (int i = 0; i < json.size(); i++) {
            String fault = fault(json.get(i), "/" + i);
            if (fault != null) {
                return fault;
            }
        }
        return json.isEmpty() ? "the list has no document in it" : null;
    }

    private @Nullable String faultInLines(String body) {
        int number = 0;
        int documents = 0;
        for (Iterator<String> lines = body.lines().iterator(); lines.hasNext(); ) {
            String line = lines.next();
            number++;
            if (line.isBlank()) {
                continue;
            }
            documents++;
            String fault = faultInLine(line);
            if (fault != null) {
                return "line " + number + ": " + fault;
            }
        }
        return documents == 0 ? "the body has no document in it" : null;
    }

    private @Nullable String faultInLine(String line) {
        try {
            return fault(RequestValidator.STRICT.readTree(line), "");
        } catch (JsonProcessingException e) {
            return "not JSON: " + e.getOriginalMessage();
        }
    }

    private @Nullable String fault(JsonNode json, String place) {
        String fault = RequestValidator.faultInText(place, json);
        if (fault != null) {
            return fault;
        }
        ValidationReport report = contract.validate(() -> json, document, "request.body");
        if (!report.hasErrors()) {
            return null;
        }
        return (place.isEmpty() ? "" : place + ": ") + RequestValidator.reasons(report);
    }
}
