package io.llmtwin.pipeline;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;
import org.apache.camel.Component;
import org.apache.camel.spi.ComponentCustomizer;
import org.apache.camel.spi.Language;
import org.apache.camel.spi.LanguageCustomizer;
import org.apache.camel.spring.spi.ApplicationContextBeanRepository;
import org.springframework.context.ApplicationContext;

/**
 * The application's beans, as revisions see them. Which customizer is for which component, Camel's read from the settings
 * anew for each component of each context; here they are asked once.
 */
final class RevisionBeans extends ApplicationContextBeanRepository {
    private final ConcurrentMap<Class<?>, Set<?>> customizers = new ConcurrentHashMap<>();

    RevisionBeans(ApplicationContext application) {
        super(application);
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> Set<T> findByType(Class<T> type) {
        if (type == ComponentCustomizer.class) {
            return (Set<T>)
                    customizers.computeIfAbsent(type, unused -> super.findByType(ComponentCustomizer.class).stream()
                            .map(OfComponents::new)
                            .collect(Collectors.toSet()));
        }
        if (type == LanguageCustomizer.class) {
            return (Set<T>)
                    customizers.computeIfAbsent(type, unused -> super.findByType(LanguageCustomizer.class).stream()
                            .map(OfLanguages::new)
                            .collect(Collectors.toSet()));
        }
        return super.findByType(type);
    }

    private record Target(String name, Class<?> type) {}

    private static final class OfComponents implements ComponentCustomizer {
        private final ComponentCustomizer customizer;
        private final ConcurrentMap<Target, Boolean> enabled = new ConcurrentHashMap<>();

        OfComponents(ComponentCustomizer customizer) {
            this.customizer = customizer;
        }

        @Override
        public boolean isEnabled(String name, Component component) {
            return enabled.computeIfAbsent(
                    new Target(name, component.getClass()), unused -> customizer.isEnabled(name, component));
        }

        @Override
        public void configure(String name, Component component) {
            customizer.configure(name, component);
        }

        @Override
        public int getOrder() {
            return customizer.getOrder();
        }
    }

    private static final class OfLanguages implements LanguageCustomizer {
        private final LanguageCustomizer customizer;
        private final ConcurrentMap<Target, Boolean> enabled = new ConcurrentHashMap<>();

        OfLanguages(LanguageCustomizer customizer) {
            this.customizer = customizer;
        }

        @Override
        public boolean isEnabled(String name, Language language) {
            return enabled.computeIfAbsent(
                    new Target(name, language.getClass()), unused -> customizer.isEnabled(name, language));
        }

        @Override
        public void configure(String name, Language language) {
            customizer.configure(name, language);
        }

        @Override
        public int getOrder() {
            return customizer.getOrder();
        }
    }
}
