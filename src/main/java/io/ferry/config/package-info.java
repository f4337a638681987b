/**
 * Configuration: the keys there are ({@link io.ferry.config.Key}), their checked values ({@link
 * io.ferry.config.Settings}), and the one place where objects are put together of them ({@link
 * io.ferry.config.FerryBeans}).
 */
@NullMarked
package io.ferry.config;

import org.jspecify.annotations.NullMarked;
