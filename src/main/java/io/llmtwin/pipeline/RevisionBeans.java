package io.llmtwin.pipeline;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.camel.spi.ComponentCustomizer;
import org.apache.camel.spi.LanguageCustomizer;
import org.apache.camel.spring.spi.ApplicationContextBeanRepository;
import org.springframework.context.ApplicationContext;
import org.springframework.util.function.SingletonSupplier;

/**
 * The application's beans, as revisions see them. Which customizer is for which component, Camel's read from the settings
 * anew for each component of each context; here they are asked once.
 */
final class RevisionBeans extends ApplicationContextBeanRepository {
    private final SingletonSupplier<Set<ComponentCustomizer>> ofComponents =
            SingletonSupplier.of(() -> found(ComponentCustomizer.class, RevisionBeans::askedOnce));
    private final SingletonSupplier<Set<LanguageCustomizer>> ofLanguages =
            SingletonSupplier.of(() -> found(LanguageCustomizer.class, RevisionBeans::askedOnce));

    RevisionBeans(ApplicationContext application) {
        super(application);
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> Set<T> findByType(Class<T> type) {
        if (type == ComponentCustomizer.class) {
            return (Set<T>) ofComponents.obtain();
        }
        if (type == LanguageCustomizer.class) {
            return (Set<T>) ofLanguages.obtain();
        }
        return super.findByType(type);
    }

    private <T> Set<T> found(Class<T> type, UnaryOperator<T> askedOnce) {
        return super.findByType(type).stream().map(askedOnce).collect(Collectors.toSet());
    }

    private static ComponentCustomizer askedOnce(ComponentCustomizer customizer) {
        return ComponentCustomizer.builder()
                .withOrder(customizer.getOrder())
                .withCondition(remembered(customizer::isEnabled))
                .build(customizer::configure);
    }

    private static LanguageCustomizer askedOnce(LanguageCustomizer customizer) {
        return LanguageCustomizer.builder()
                .withOrder(customizer.getOrder())
                .withCondition(remembered(customizer::isEnabled))
                .build(customizer::configure);
    }

    private static <T> BiPredicate<String, T> remembered(BiPredicate<String, T> condition) {
        ConcurrentMap<Target, Boolean> answers = new ConcurrentHashMap<>();
        return (name, target) ->
                answers.computeIfAbsent(new Target(name, target.getClass()), unused -> condition.test(name, target));
    }

    private record Target(String name, Class<?> type) {}
}
