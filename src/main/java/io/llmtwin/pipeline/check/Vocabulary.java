package io.llmtwin.pipeline.check;

import io.llmtwin.pipeline.RevisionContexts;
import java.beans.PropertyDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.EndpointUriFactory;
import org.apache.camel.spi.Language;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.DefaultRegistry;
import org.apache.camel.support.ExchangeHelper;
import org.apache.camel.support.SimpleRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.context.ApplicationContext;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.util.ClassUtils;
import org.springframework.util.function.SingletonSupplier;

/**
 * What routes can be made of in this application: its beans, components, languages and placeholders. It looks at the
 * context of a revision without files, which is never started.
 */
@org.springframework.stereotype.Component
final class Vocabulary implements AutoCloseable {
    /** Of Camel's components those that a pipeline is for: none that reads files, makes objects or begins by itself. */
    private static final Set<String> FOR_PIPELINES =
            Set.of("bean", "direct", "http", "https", "langchain4j-chat", "log", "mustache", "openai");

    private static final String SERVICES = "META-INF/services/org/apache/camel/";

    private final ApplicationContext application;
    private final RevisionContexts contexts;
    private final SingletonSupplier<Set<String>> components = SingletonSupplier.of(() -> services("component/"));
    private final SingletonSupplier<Set<String>> languages = SingletonSupplier.of(() -> services("language/"));
    private final ConcurrentMap<String, Set<String>> options = new ConcurrentHashMap<>();
    private @Nullable CamelContext context;

    Vocabulary(ApplicationContext application, RevisionContexts contexts) {
        this.application = application;
        this.contexts = contexts;
    }

    /** The class of the bean {@code name}, or null where there is no such bean. */
    @Nullable
    Class<?> bean(String name) {
        if (application.containsBean(name)) {
            Class<?> type = application.getType(name);
            return type == null ? Object.class : ClassUtils.getUserClass(type);
        }
        Object bound = context().getRegistry().lookupByName(name);
        return bound == null ? null : bound.getClass();
    }

    /** The names of all beans. */
    Set<String> beans() {
        Set<String> names = new TreeSet<>(List.of(BeanFactoryUtils.beanNamesIncludingAncestors(application)));
        if (context().getRegistry() instanceof DefaultRegistry registry
                && registry.getFallbackRegistry() instanceof SimpleRegistry ofRevisions) {
            names.addAll(ofRevisions.keySet());
        }
        return names;
    }

    /** The public methods of {@code bean}. */
    static Set<String> methods(Class<?> bean) {
        return Arrays.stream(bean.getMethods())
                .filter(method -> method.getDeclaringClass() != Object.class)
                .map(java.lang.reflect.Method::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The schemes of endpoints that a pipeline may have. */
    Set<String> components() {
        Set<String> all = new TreeSet<>(components.obtain());
        all.retainAll(FOR_PIPELINES);
        all.addAll(context().getComponentNames());
        return all;
    }

    /** The languages of expressions. */
    Set<String> languages() {
        return languages.obtain();
    }

    /**
     * The options that endpoints of {@code component} have; null where it takes any.
     *
     * @throws Exception if {@code uri} is no endpoint of that component
     */
    @Nullable
    Set<String> options(String component, String uri) throws Exception {
        EndpointUriFactory factory = context().getCamelContextExtension().getEndpointUriFactory(component);
        if (factory != null) {
            return factory.isLenientProperties() ? null : factory.propertyNames();
        }
        Set<String> known = options.get(component);
        if (known == null) {
            known = optionsOf(component, uri);
            if (known != null) {
                options.put(component, known);
            }
        }
        return known;
    }

    private @Nullable Set<String> optionsOf(String component, String uri) throws Exception {
        Component made = context().getComponent(component, true, false);
        Endpoint endpoint = made.createEndpoint(uri);
        if (endpoint == null || endpoint.isLenientProperties()) {
            return null;
        }
        return Arrays.stream(BeanUtils.getPropertyDescriptors(endpoint.getClass()))
                .filter(property -> property.getWriteMethod() != null)
                .map(PropertyDescriptor::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** {@code text} with what its placeholders stand for. */
    String resolve(String text) {
        return context().resolvePropertyPlaceholders(text);
    }

    /** What is at the root of a template's model, such as {@code variables} and {@code body}. */
    Set<String> templateRoots() {
        return ExchangeHelper.createVariableMap(new DefaultExchange(context()), false)
                .keySet();
    }

    /** The language {@code simple}. */
    Language simple() {
        return context().resolveLanguage("simple");
    }

    /** Made when it is first asked for: by then all beans are there. */
    private synchronized CamelContext context() {
        if (context == null) {
            context = contexts.create("vocabulary", path -> null);
        }
        return context;
    }

    private static Set<String> services(String kind) {
        try {
            Set<String> names = new TreeSet<>();
            for (Resource resource :
                    new PathMatchingResourcePatternResolver().getResources("classpath*:" + SERVICES + kind + "*")) {
                String name = resource.getFilename();
                if (name != null && !name.isEmpty()) {
                    names.add(name);
                }
            }
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void close() {
        if (context != null) {
            context.stop();
        }
    }
}
