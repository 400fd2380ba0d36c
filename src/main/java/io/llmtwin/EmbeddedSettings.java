package io.llmtwin;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where the embedded parts listen on loopback.
 *
 * @param qdrantPort of the store's gRPC API; 0 for any free one
 * @param llmPort of the model's HTTP API; 0 for any free one
 */
@Validated
@ConfigurationProperties("llm-twin.embedded")
record EmbeddedSettings(
        @DefaultValue("0") @Min(0) @Max(65535) int qdrantPort,
        @DefaultValue("0") @Min(0) @Max(65535) int llmPort) {}
