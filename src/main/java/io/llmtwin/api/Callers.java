package io.llmtwin.api;

import io.llmtwin.keys.Allowances;
import io.llmtwin.keys.Caller;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.springboot.PlatformHttpMessage;
import org.springframework.stereotype.Component;

/** The bean {@code callers}: what a route may know of whose key a request was made with. */
@Component("callers")
final class Callers {
    /** Variable with the name of the key; not set where the API is open. */
    static final String CALLER = "caller";
    /** Variable with the authors, a list of texts, whose material the key is held to; not set where it is to nobody's. */
    static final String AUTHOR_SCOPE = "authorScope";
    /** Variable with the name of the key whose traces alone may be seen; not set where all may be. */
    static final String TRACES_OF = "tracesOf";

    private final Allowances allowances;

    Callers(Allowances allowances) {
        this.allowances = allowances;
    }

    /**
     * Sets the variables {@code caller}, {@code authorScope}, {@code tracesOf} and, for a key of one author, {@code
     * author}; and has the key pay for the tokens, once it is known how many there were.
     */
    public void note(Exchange exchange) {
        Caller caller =
                KeyGuard.caller(exchange.getMessage(PlatformHttpMessage.class).getRequest());
        if (caller.name() != null) {
            exchange.setVariable(CALLER, caller.name());
        }
        if (caller.isHeldToAuthors()) {
            exchange.setVariable(AUTHOR_SCOPE, caller.authors());
            exchange.setVariable(TRACES_OF, caller.name());
            if (caller.authors().size() == 1) {
                exchange.setVariable("author", caller.authors().get(0));
            }
        }
        exchange.getExchangeExtension().addOnCompletion(new TokenBill(allowances.of(caller)));
    }

    /**
     * Makes sure that the key of {@code exchange} may reach what {@code author} wrote.
     *
     * @throws ForbiddenAuthorException if it is held to others
     */
    static void admit(Exchange exchange, String author) {
        List<?> scope = exchange.getVariable(AUTHOR_SCOPE, List.class);
        if (scope != null && !scope.contains(author)) {
            throw new ForbiddenAuthorException();
        }
    }
}
