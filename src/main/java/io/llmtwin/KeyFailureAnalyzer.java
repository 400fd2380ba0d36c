package io.llmtwin;

import io.llmtwin.keys.KeyException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what is wrong with the keys, and shows none. */
final class KeyFailureAnalyzer extends AbstractFailureAnalyzer<KeyException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, KeyException cause) {
        return new FailureAnalysis(cause.getMessage(), "docs/settings.md says what keys look like.", cause);
    }
}
