package io.llmtwin.pipeline;

import org.apache.camel.CamelContext;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.springframework.stereotype.Component;

/** Gives the main CamelContext the {@code revision:} component. Revisions themselves have none: they don't nest. */
@Component
final class PipelineConfiguration implements CamelContextConfiguration {
    private final Revisions revisions;
    private final Lifetimes lifetimes;

    PipelineConfiguration(Revisions revisions, Lifetimes lifetimes) {
        this.revisions = revisions;
        this.lifetimes = lifetimes;
    }

    @Override
    public void beforeApplicationStart(CamelContext context) {
        context.addComponent("revision", new RevisionComponent(revisions, lifetimes));
    }

    @Override
    public void afterApplicationStart(CamelContext context) {}
}
