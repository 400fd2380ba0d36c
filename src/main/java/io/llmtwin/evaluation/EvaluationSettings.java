package io.llmtwin.evaluation;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What a pipeline has to pass.
 *
 * @param activation name of the evaluation that a candidate must pass before it serves; empty for none
 */
@ConfigurationProperties("llm-twin.evaluation")
public record EvaluationSettings(@DefaultValue("") String activation) {}
