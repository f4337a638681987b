/** What Kubernetes asks: started, ready, live. On the management port. */
@NullMarked
package io.ferry.health;

import org.jspecify.annotations.NullMarked;
