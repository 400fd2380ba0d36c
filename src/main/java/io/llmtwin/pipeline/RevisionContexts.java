package io.llmtwin.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.apache.camel.CamelContext;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.component.properties.PropertiesParser;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.FactoryFinderResolver;
import org.apache.camel.spi.ResourceLoader;
import org.apache.camel.support.DefaultRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.stereotype.Component;

/**
 * Makes the CamelContexts of revisions, over the application's beans and settings. Their components are their own, set
 * up by the same {@code ComponentCustomizer} beans as those of the main context.
 */
@Component
public final class RevisionContexts {
    private final RevisionBeans beans;
    private final KnownFactories factories;
    private final PropertiesParser placeholders;
    private final List<RevisionCustomizer> customizers;
    private final Duration deadline;

    @Autowired
    RevisionContexts(
            ApplicationContext application,
            PropertiesParser placeholders,
            List<RevisionCustomizer> customizers,
            PipelineSettings settings) {
        this(application, placeholders, customizers, settings.deadline());
    }

    RevisionContexts(
            ApplicationContext application,
            PropertiesParser placeholders,
            List<RevisionCustomizer> customizers,
            Duration deadline) {
        this.beans = new RevisionBeans(application);
        this.factories = new KnownFactories(
                Objects.requireNonNull(application.getClassLoader(), "the application's class loader"));
        this.placeholders = placeholders;
        this.customizers = customizers;
        this.deadline = deadline;
    }

    /**
     * A context without routes, built but not started.
     *
     * @param files the text of one of the revision's own files by its path, or null where it has none
     */
    public CamelContext create(String name, UnaryOperator<@Nullable String> files) {
        DefaultCamelContext context = new DefaultCamelContext(false);
        context.getCamelContextExtension().setName(name);
        context.getCamelContextExtension().addContextPlugin(FactoryFinderResolver.class, factories);
        context.getCamelContextExtension().setRegistry(new DefaultRegistry(beans));
        PropertiesComponent properties = new PropertiesComponent();
        properties.setPropertiesParser(new OpenSettings(placeholders));
        properties.addInitialProperty("request.deadline.ms", Long.toString(deadline.toMillis()));
        context.setPropertiesComponent(properties);
        context.setSourceLocationEnabled(true);
        context.build();
        context.getCamelContextExtension().addContextPlugin(ResourceLoader.class, new OwnResources(context, files));
        try {
            customizers.forEach(customizer -> customizer.customize(context, files));
        } catch (RuntimeException e) {
            context.stop();
            throw e;
        }
        return context;
    }
}
