/**
 * The look, in one place: one accent, neutral greys, 13 px text, hairlines instead of shadows.
 * Every pair of text and background below reaches WCAG AA.
 */
import {
  ActionIcon,
  Badge,
  Button,
  type CSSVariablesResolver,
  createTheme,
  Drawer,
  type MantineColorsTuple,
  Menu,
  Modal,
  rem,
  Table,
  Tabs,
  Text,
  Tooltip,
} from '@mantine/core'

const petrol: MantineColorsTuple = [
  '#eaf5f8',
  '#d5e9ef',
  '#a9d3df',
  '#7cc0d2',
  '#4aa6bf',
  '#2a8fab',
  '#177c98',
  '#0e6b83',
  '#0a586c',
  '#063f4e',
]

const gray: MantineColorsTuple = [
  '#f7f7f8',
  '#f0f1f3',
  '#e6e7ea',
  '#d9dbdf',
  '#c5c9cf',
  '#8b919c',
  '#6d737e',
  '#5b616c',
  '#3d424b',
  '#16181d',
]

const dark: MantineColorsTuple = [
  '#e8e9ec',
  '#c3c6cc',
  '#9ba1ac',
  '#7d848f',
  '#2c2f35',
  '#232529',
  '#191b1e',
  '#0f1012',
  '#0b0c0e',
  '#08090a',
]

export const theme = createTheme({
  primaryColor: 'petrol',
  primaryShade: { light: 7, dark: 7 },
  colors: { petrol, gray, dark },
  black: '#16181d',
  fontFamily: "'Inter Variable', system-ui, -apple-system, 'Segoe UI', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', SFMono-Regular, Menlo, Consolas, monospace",
  fontSizes: { xs: rem(12), sm: rem(13), md: rem(14), lg: rem(16), xl: rem(20) },
  lineHeights: { xs: '1.4', sm: '1.5', md: '1.5', lg: '1.5', xl: '1.4' },
  spacing: { xs: rem(6), sm: rem(10), md: rem(16), lg: rem(24), xl: rem(40) },
  radius: { xs: rem(3), sm: rem(5), md: rem(7), lg: rem(10), xl: rem(16) },
  defaultRadius: 'sm',
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: rem(20), lineHeight: '1.3' },
      h2: { fontSize: rem(15), lineHeight: '1.4' },
      h3: { fontSize: rem(13), lineHeight: '1.5' },
    },
  },
  focusRing: 'auto',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: Button.extend({ defaultProps: { size: 'xs', variant: 'default' } }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray' } }),
    Badge: Badge.extend({ defaultProps: { variant: 'light', radius: 'sm' } }),
    Menu: Menu.extend({
      defaultProps: { shadow: 'md', withinPortal: true, position: 'bottom-end' },
    }),
    Modal: Modal.extend({
      defaultProps: { centered: true, radius: 'lg', overlayProps: { backgroundOpacity: 0.4 } },
      classNames: { content: 'raised', header: 'raised-part' },
    }),
    Drawer: Drawer.extend({
      defaultProps: { position: 'right', overlayProps: { backgroundOpacity: 0.3 } },
      classNames: { content: 'edged' },
    }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 0, horizontalSpacing: 0 } }),
    Tabs: Tabs.extend({ defaultProps: { keepMounted: false }, classNames: { root: 'tabs' } }),
    Text: Text.extend({ defaultProps: { size: 'sm' } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 300, withArrow: false } }),
  },
})

/** Names for what the greys are used for, so that a style sheet never picks a shade. */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {
    '--ch-sidebar-width': rem(232),
    '--ch-row-height': rem(40),
    '--ch-series-1': '#1487a4',
    '--ch-series-2': '#d9912b',
    '--ch-series-3': '#8a5fb8',
    '--ch-series-4': '#41996c',
    '--ch-series-5': '#c9634d',
    '--ch-series-6': '#4f7ccb',
    '--ch-series-7': '#8f8f34',
    '--ch-series-8': '#9096a1',
  },
  light: {
    '--mantine-color-dimmed': gray[7],
    '--mantine-color-placeholder': gray[6],
    '--mantine-color-anchor': petrol[7],
    '--mantine-color-error': '#b42a2a',
    '--ch-sidebar': gray[0],
    '--ch-border': gray[2],
    '--ch-hover': 'rgba(22, 24, 29, 0.04)',
    '--ch-active': 'rgba(22, 24, 29, 0.07)',
    '--ch-raised': '#ffffff',
    '--ch-sunken': gray[0],
    '--ch-held': '#d99a2b',
    '--ch-ok': '#1d7f4e',
    '--ch-warn': '#96600a',
    '--ch-bad': '#b42a2a',
    '--ch-off': gray[7],
  },
  dark: {
    '--mantine-color-dimmed': dark[2],
    '--mantine-color-placeholder': dark[3],
    '--mantine-color-anchor': petrol[3],
    '--mantine-color-error': '#f08a80',
    '--ch-sidebar': dark[8],
    '--ch-border': dark[5],
    '--ch-hover': 'rgba(255, 255, 255, 0.04)',
    '--ch-active': 'rgba(255, 255, 255, 0.08)',
    '--ch-raised': dark[6],
    '--ch-sunken': dark[8],
    '--ch-held': '#d99a2b',
    '--ch-ok': '#5cc38c',
    '--ch-warn': '#e0ab55',
    '--ch-bad': '#f08a80',
    '--ch-off': dark[2],
  },
})
