package io.llmtwin.monitoring.delivery;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** Sends again what a target refused, when an operator says so: the fault may have been mended, here or there. */
@Component
public final class Redelivery {
    private static final int AT_A_TIME = 1_000;

    private final ProducerTemplate routes;
    private final ObjectProvider<Delivery> deliveries;

    Redelivery(ProducerTemplate routes, ObjectProvider<Delivery> deliveries) {
        this.routes = routes;
        this.deliveries = deliveries;
    }

    /** The {@code limit} oldest dead letters of each target, by its name. */
    public Map<String, List<DeadLetter>> deadLetters(int limit) throws IOException {
        Map<String, List<DeadLetter>> letters = new HashMap<>();
        for (Delivery delivery : deliveries) {
            letters.put(delivery.target(), delivery.deadLetters().oldest(limit));
        }
        return letters;
    }

    /**
     * Sends the oldest 1,000 dead letters of {@code target} again, one by one, and forgets those that it takes. What
     * was deleted in the meantime is left out. Stops where the target can't be reached or doesn't let us in.
     *
     * @return empty where nothing is delivered to such a target
     * @throws IOException if the dead letters can't be read or written
     */
    public Optional<Result> redeliver(String target) throws IOException {
        Optional<Delivery> delivery =
                deliveries.stream().filter(one -> one.target().equals(target)).findFirst();
        return delivery.isEmpty() ? Optional.empty() : Optional.of(redeliver(delivery.get()));
    }

    private Result redeliver(Delivery delivery) throws IOException {
        List<DeadLetter> letters = delivery.deadLetters().oldest(AT_A_TIME);
        Set<DeadLetter> taken = new HashSet<>();
        List<String> reasons = new ArrayList<>();
        String stopped = null;
        for (DeadLetter letter : letters) {
            Shipment shipment = delivery.shipment(letter);
            if (shipment.isEmpty()) {
                reasons.add(letter.reason());
                continue;
            }
            if (!delivery.deadLetters().contains(letter)) {
                // deleted while those before it were sent
                continue;
            }
            Exchange exchange =
                    routes.send("direct:send-to-" + delivery.target(), sent -> sent.setVariable("shipment", shipment));
            Exception failure = exchange.getException();
            if (failure == null && shipment.refusals().isEmpty()) {
                taken.add(letter);
            } else if (failure == null) {
                shipment.refusals().forEach(refusal -> reasons.add(refusal.reason()));
            } else {
                DeliveryFailedException answer = Rest.answer(failure);
                if (answer == null || answer.verdict() != Verdict.REFUSED) {
                    stopped = Rest.reason(failure);
                    break;
                }
                reasons.add(Rest.reason(answer));
            }
        }
        delivery.deadLetters().remove(taken::contains);
        return new Result(
                taken.size(),
                delivery.deadLetters().count(),
                reasons.stream().distinct().toList(),
                stopped);
    }

    /**
     * What came of it.
     *
     * @param delivered dead letters that the target has taken
     * @param left dead letters that are left
     * @param reasons why some were refused once more
     * @param stopped why not all were tried; null where all were
     */
    public record Result(
            int delivered,
            int left,
            List<String> reasons,
            @Nullable String stopped) {}
}
